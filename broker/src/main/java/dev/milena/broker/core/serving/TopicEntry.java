package dev.milena.broker.core.serving;

import dev.milena.broker.core.ClusterView;
import dev.milena.broker.core.DescribeOutcome;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.QuorumRefusals;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.ShownName;
import dev.milena.broker.core.TopicCall;
import dev.milena.broker.core.TopicOutcome;
import dev.milena.broker.core.hosting.BrokerClock;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.CommandStamp;
import dev.milena.metadata.Decider;
import dev.milena.metadata.Decision;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.MetadataReply;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.TopicImage;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Administration of topics: through the quorum, and back when this broker's image shows it. */
@OwnedBy(Owner.ANY_THREAD)
final class TopicEntry {
  /** The id of a topic that is only being checked; it is shown and never stored. */
  private static final TopicId CHECKED_ONLY = TopicId.NONE;

  /** A broker that does not know of a change by then is on the way to being fenced. */
  static final long SPREAD_MS = 1_000;

  private final int self;
  private final String clusterId;
  private final QuorumGateway gateway;
  private final ImageFeed feed;
  private final AppliedIndex applied;
  private final CatchUps catchUps;
  private final TopicCommands commands;

  TopicEntry(Broker broker, QuorumGateway gateway, AppliedIndex applied, CatchUps catchUps) {
    this.self = broker.self();
    this.clusterId = broker.clusterId();
    this.feed = broker.feed();
    this.commands = broker.commands();
    this.gateway = gateway;
    this.applied = applied;
    this.catchUps = catchUps;
  }

  /** Whose administration it is. */
  record Broker(int self, String clusterId, ImageFeed feed, TopicCommands commands) {}

  /**
   * How the image is brought up to the quorum.
   *
   * @param unknown before a topic is said not to be there
   * @param shown before one is shown
   */
  record CatchUps(CatchUp unknown, LeasedCatchUp shown) {}

  void change(TopicCall call, BrokerClock clock, Consumer<? super TopicOutcome> answer) {
    if (call.timeoutMs() < 1 || call.timeoutMs() > TopicCall.MAX_TIMEOUT_MS) {
      String bounds =
          "timeout must be 1 to %s ms, got %s"
              .formatted(TopicCall.MAX_TIMEOUT_MS, call.timeoutMs());
      answer.accept(refused(call, Refusal.of(ErrorKind.INVALID_REQUEST, bounds)));
      return;
    }
    MetadataCommand command = commands.of(call);
    if (isCheckOnly(call)) {
      catchUps
          .unknown()
          .run(caughtUp -> answer.accept(check(call, command, caughtUp, clock.wallMs())));
      return;
    }
    long deadlineMs = clock.monotonicMs() + call.timeoutMs();
    CommandOrigin origin =
        new CommandOrigin(call.caller().principal(), call.caller().address(), call.caller().tool());
    var _ =
        gateway
            .submit(command, origin, call.timeoutMs())
            .whenComplete((decided, failed) ->
                decided(call, decided, failed, deadlineMs - clock.monotonicMs(), answer));
  }

  void describe(Set<String> names, Consumer<? super DescribeOutcome> answer) {
    if (feed.image().topicIds().keySet().containsAll(names)) {
      catchUps.shown().run(caughtUp -> answer.accept(describedAfter(names, caughtUp)));
    } else {
      catchUps.unknown().run(caughtUp -> answer.accept(describedAfter(names, caughtUp)));
    }
  }

  ClusterView cluster() {
    return clusterOf(feed.image());
  }

  private void decided(
      TopicCall call,
      @Nullable QuorumAnswer decided,
      @Nullable Throwable failed,
      long leftMs,
      Consumer<? super TopicOutcome> answer) {
    if (decided == null || failed != null) {
      String why = "the metadata quorum failed: " + (failed == null ? "no answer" : failed);
      answer.accept(refused(call, Refusal.of(ErrorKind.INTERNAL, why)));
      return;
    }
    switch (decided) {
      case QuorumAnswer.Decided(long index, MetadataReply reply) ->
          applied.await(
              index, Math.max(1, leftMs), shown -> everywhere(index, call, reply, shown, answer));
      case QuorumAnswer.Refused(long index, Decision.Refused refusal) ->
          // The refusal is true of the image at its index: "topic exists" must not be followed by
          // "unknown topic" from this broker.
          applied.await(
              index,
              Math.max(1, leftMs),
              _ -> answer.accept(new TopicOutcome.TopicRefused(worded(call, refusal))));
      case QuorumAnswer.Unavailable(String why) ->
          answer.accept(
              refused(
                  call,
                  Refusal.of(
                      ErrorKind.QUORUM_UNAVAILABLE,
                      "the metadata quorum cannot be reached (%s); nothing was changed, try again%s"
                          .formatted(why, QuorumRefusals.IF_IT_LASTS))));
      case QuorumAnswer.TimedOut() -> answer.accept(refused(call, timedOut(call)));
    }
  }

  /** Before a change is answered every broker that is up shows it, or has had its time. */
  private void everywhere(
      long index,
      TopicCall call,
      MetadataReply reply,
      AppliedIndex.Outcome shown,
      Consumer<? super TopicOutcome> answer) {
    if (shown != AppliedIndex.Outcome.THERE) {
      answer.accept(seen(call, reply, shown));
      return;
    }
    var _ =
        gateway
            .awaitSpread(index, SPREAD_MS)
            .whenComplete((spread, failed) ->
                answer.accept(failed == null ? seen(call, reply, shown) : unspread(call, failed)));
  }

  /** Not answered as done: a broker that does not show it goes by a lease ({@link ReadLease}). */
  private static TopicOutcome unspread(TopicCall call, Throwable failed) {
    return failed instanceof RejectedExecutionException
        ? refused(call, unwatched(call))
        : refused(
            call,
            Refusal.of(
                ErrorKind.INTERNAL,
                "the change was made, and whether brokers show it cannot be told: " + failed));
  }

  private TopicOutcome seen(TopicCall call, MetadataReply reply, AppliedIndex.Outcome shown) {
    return switch (shown) {
      case THERE -> shown(call, reply);
      case LATE -> refused(call, timedOut(call));
      case CROWDED -> refused(call, unwatched(call));
    };
  }

  private TopicOutcome shown(TopicCall call, MetadataReply reply) {
    if (!(reply instanceof MetadataReply.TopicReply(TopicId id))) {
      return refused(call, Refusal.of(ErrorKind.INTERNAL, "the quorum answered with " + reply));
    }
    if (call instanceof TopicCall.DeleteTopicCall) {
      return new TopicOutcome.TopicDeleted(id);
    }
    Optional<TopicImage> topic = feed.image().topic(id);
    if (topic.isEmpty()) {
      String gone = "topic \"%s\" was deleted meanwhile".formatted(ShownName.of(call.topic()));
      return refused(call, Refusal.of(ErrorKind.UNKNOWN_TOPIC, gone));
    }
    return new TopicOutcome.TopicChanged(topic.get());
  }

  /** Decides on this broker's own image and shows what would come of it; changes nothing. */
  private TopicOutcome check(
      TopicCall call, MetadataCommand command, CatchUp.Outcome caughtUp, long wallMs) {
    return switch (caughtUp) {
      case CatchUp.Outcome.CaughtUp() -> check(call, command, wallMs);
      case CatchUp.Outcome.Behind(String why) ->
          refused(call, Refusal.of(ErrorKind.QUORUM_UNAVAILABLE, why + "; try again"));
      case CatchUp.Outcome.Crowded(Refusal refusal) -> refused(call, refusal);
    };
  }

  private TopicOutcome check(TopicCall call, MetadataCommand command, long wallMs) {
    ClusterImage image = feed.image();
    return switch (Decider.decide(image, command, new CommandStamp(wallMs, CHECKED_ONLY, 0))) {
      case Decision.Refused refusal -> new TopicOutcome.TopicRefused(worded(call, refusal));
      case Decision.Accepted(List<MetadataRecord> records, MetadataReply _) ->
          image
              .with(records)
              .image()
              .topic(call.topic())
              .<TopicOutcome>map(TopicOutcome.TopicChanged::new)
              .orElseGet(
                  () -> refused(call, Refusal.of(ErrorKind.INTERNAL, "the check shows no topic")));
    };
  }

  private DescribeOutcome describedAfter(Set<String> names, CatchUp.Outcome caughtUp) {
    ClusterImage image = feed.image();
    Set<String> missing = new TreeSet<>(names);
    missing.removeAll(image.topicIds().keySet());
    if (missing.isEmpty()) {
      return described(image, names, caughtUp);
    }
    String name = ShownName.of(missing.iterator().next());
    Refusal refusal =
        switch (caughtUp) {
          case CatchUp.Outcome.CaughtUp() ->
              Refusal.of(
                  ErrorKind.UNKNOWN_TOPIC,
                  "topic \"%s\" does not exist; kafkactl topics --list shows those that do"
                      .formatted(name));
          case CatchUp.Outcome.Behind(String why) ->
              Refusal.of(
                  ErrorKind.QUORUM_UNAVAILABLE,
                  "topic \"%s\" is not known here, and %s; try again".formatted(name, why));
          case CatchUp.Outcome.Crowded(Refusal full) -> full;
        };
    return new DescribeOutcome.DescribeRefused(refusal.with("topic", name));
  }

  private DescribeOutcome described(
      ClusterImage image, Set<String> names, CatchUp.Outcome caughtUp) {
    Set<String> wanted = names.isEmpty() ? image.topicIds().keySet() : new TreeSet<>(names);
    List<TopicImage> topics = new ArrayList<>(wanted.size());
    for (String name : wanted) {
      topics.add(image.topic(name).orElseThrow());
    }
    return new DescribeOutcome.Described(topics, clusterOf(image), mayBeOld(caughtUp));
  }

  private static Optional<String> mayBeOld(CatchUp.Outcome caughtUp) {
    return switch (caughtUp) {
      case CatchUp.Outcome.CaughtUp() -> Optional.empty();
      case CatchUp.Outcome.Behind(String why) -> Optional.of(why);
      case CatchUp.Outcome.Crowded(Refusal full) -> Optional.of(full.message());
    };
  }

  private ClusterView clusterOf(ClusterImage image) {
    return new ClusterView(clusterId, self, List.copyOf(image.brokers().values()));
  }

  /** Who named no factor is told that it is the default that cannot be had now. */
  private Refusal worded(TopicCall call, Decision.Refused refused) {
    Refusal refusal = QuorumRefusals.of(refused);
    long up = feed.image().brokers().values().stream().filter(one -> !one.fenced()).count();
    return refusal.kind() == ErrorKind.NOT_ENOUGH_BROKERS
            && call instanceof TopicCall.CreateTopicCall create
            && create.replicationFactor() == TopicCall.UNSET
            && up > 0
        ? new Refusal(
            refusal.kind(),
            "%s (no replication factor was asked for, so this is the default here; --replication-factor %s is possible now)"
                .formatted(refusal.message(), up),
            refusal.about())
        : refusal;
  }

  private static boolean isCheckOnly(TopicCall call) {
    return switch (call) {
      case TopicCall.CreateTopicCall create -> create.validateOnly();
      case TopicCall.AlterTopicCall alter -> alter.validateOnly();
      case TopicCall.DeleteTopicCall _ -> false;
    };
  }

  private static TopicOutcome refused(TopicCall call, Refusal refusal) {
    return new TopicOutcome.TopicRefused(refusal.with("topic", ShownName.of(call.topic())));
  }

  private static Refusal unwatched(TopicCall call) {
    return Refusal.of(
        ErrorKind.TIMED_OUT,
        "the change of topic \"%s\" was made, but %s calls wait already for brokers to show theirs; describe the topic to see it"
            .formatted(ShownName.of(call.topic()), AppliedIndex.MOST_WAITING));
  }

  private static Refusal timedOut(TopicCall call) {
    return Refusal.of(
        ErrorKind.TIMED_OUT,
        "the change of topic \"%s\" was not seen to happen in %s ms; describe the topic to find out"
            .formatted(ShownName.of(call.topic()), call.timeoutMs()));
  }
}
