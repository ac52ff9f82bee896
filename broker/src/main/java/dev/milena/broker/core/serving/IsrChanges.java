package dev.milena.broker.core.serving;

import dev.milena.broker.core.hosting.IsrRequests;
import dev.milena.broker.core.serving.IsrWishRules.Outcome;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.IsrChange;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataLimits;
import dev.milena.metadata.MetadataReply;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the quorum for the in-sync replicas that this broker's leaders want, and tells it of
 * replicas that are lost: gathers both for a moment, so that a broker that comes or goes costs a
 * command or two and not one for each partition, and has one command under way at a time. {@link
 * IsrWishRules} and {@link LostReplicas} decide.
 *
 * <p>Bounded by the partitions that this broker holds: each has one wish, and is lost once.
 */
@OwnedBy(Owner.ANY_THREAD)
final class IsrChanges implements IsrRequests {
  static final long GATHER_MS = 5;
  static final long DECIDE_MS = 2_000;
  static final long AGAIN_MS = 500;

  /** For the image to be as new as what loops have heard of it already. */
  private static final long IMAGE_MS = 20;

  private static final Logger log = LoggerFactory.getLogger(IsrChanges.class);

  private final int self;
  private final Alarm alarm;
  private final Executor answers;
  private final TreeMap<PartitionId, Wish> wishes = new TreeMap<>();

  /** By partition the epoch of the row as of which it was said. */
  private final TreeMap<PartitionId, Integer> lost = new TreeMap<>();

  private boolean underWay;
  private ServingCore.@Nullable Surroundings around;

  /**
   * What a leader wants.
   *
   * @param doubtful asked for once, with an outcome that nobody knows
   */
  private record Wish(Wanted wanted, boolean doubtful) {}

  /**
   * Asks for nothing before {@link #begin}.
   *
   * @param answers runs the asking, and what comes of it: one task at a time
   */
  IsrChanges(int self, Alarm alarm, Executor answers) {
    this.self = self;
    this.alarm = alarm;
    this.answers = answers;
  }

  /** There is a quorum to ask. */
  void begin(ServingCore.Surroundings surroundings) {
    synchronized (this) {
      around = surroundings;
    }
    next(GATHER_MS);
  }

  @Override
  public void want(Wanted wanted) {
    synchronized (this) {
      wishes.put(wanted.partition(), new Wish(wanted, false));
    }
    next(GATHER_MS);
  }

  @Override
  public void lost(PartitionId partition, int partitionEpoch) {
    synchronized (this) {
      lost.merge(partition, partitionEpoch, Math::max);
    }
    next(GATHER_MS);
  }

  private void next(long delayMs) {
    synchronized (this) {
      if (underWay || around == null || (wishes.isEmpty() && lost.isEmpty())) {
        return;
      }
      underWay = true;
    }
    var _ = alarm.after(delayMs, () -> answers.execute(this::ask));
  }

  private void over(long nextMs) {
    synchronized (this) {
      underWay = false;
    }
    next(nextMs);
  }

  /** What is lost goes first: somebody may be waiting for another leader. */
  private void ask() {
    Optional<BrokerImage> row = surroundings().feed().ownRow();
    boolean asked = false;
    try {
      // A run that the cluster does not know leads nothing.
      asked = row.isPresent() && (askOfLost(row.get()) || askForWishes(row.get()));
    } finally {
      if (!asked) {
        over(row.isPresent() ? IMAGE_MS : AGAIN_MS);
      }
    }
  }

  private boolean askOfLost(BrokerImage row) {
    List<PartitionId> counted = countedLost(surroundings().feed().image());
    if (counted.isEmpty()) {
      return false;
    }
    submit(
        new MetadataCommand.ReportLostReplicas(self, row.brokerEpoch(), counted, true),
        answer -> reported(counted, answer));
    return true;
  }

  /** Forgets those that nobody counts on, in a row as new as the one it was said of. */
  private synchronized List<PartitionId> countedLost(ClusterImage image) {
    lost.entrySet()
        .removeIf(said ->
            image
                .partition(said.getKey())
                .map(row ->
                    row.partitionEpoch() >= said.getValue()
                        && !LostReplicas.isToSayUnlessAlone(self, row))
                .orElse(true));
    return lost.keySet().stream()
        .filter(id ->
            image
                .partition(id)
                .filter(row -> LostReplicas.isToSayUnlessAlone(self, row))
                .isPresent())
        .limit(LostReplicas.MOST_AT_ONCE)
        .toList();
  }

  private void reported(List<PartitionId> said, QuorumAnswer answer) {
    if (answer instanceof QuorumAnswer.Decided) {
      log.atError()
          .addKeyValue("count", said.size())
          .addKeyValue("first", said.getFirst())
          .log(
              "replicas are lost and count no more; their logs are offline, the log above says why");
      synchronized (this) {
        lost.keySet().removeAll(said);
      }
      over(GATHER_MS);
    } else {
      log.atWarn()
          .addKeyValue("count", said.size())
          .addKeyValue("answer", answer)
          .log("the quorum has not taken down which replicas are lost; it is told again");
      over(AGAIN_MS);
    }
  }

  private boolean askForWishes(BrokerImage row) {
    ClusterImage image = surroundings().feed().image();
    List<Wish> asked = new ArrayList<>();
    List<IsrChange> changes = new ArrayList<>();
    for (Wish wish : take()) {
      var current = image.partition(wish.wanted().partition());
      switch (IsrWishRules.step(wish.wanted(), current)) {
        case ASK -> {
          asked.add(wish);
          changes.add(IsrWishRules.change(wish.wanted(), wish.doubtful(), current.orElseThrow()));
        }
        case WAIT -> keep(wish);
        case SETTLED -> {}
      }
    }
    if (changes.isEmpty()) {
      return false;
    }
    submit(
        new MetadataCommand.ChangeIsr(self, row.brokerEpoch(), changes),
        answer -> answered(asked, answer));
    return true;
  }

  private void submit(MetadataCommand command, Consumer<QuorumAnswer> then) {
    var _ =
        surroundings()
            .gateway()
            .submit(command, CommandOrigin.ofBroker(self), DECIDE_MS)
            .whenComplete((answer, bug) ->
                answers.execute(() -> {
                  if (bug != null) {
                    log.atError()
                        .setCause(bug)
                        .log("asking the quorum failed in a way it should not");
                  }
                  then.accept(bug == null ? answer : new QuorumAnswer.TimedOut());
                }));
  }

  private synchronized ServingCore.Surroundings surroundings() {
    ServingCore.Surroundings there = around;
    if (there == null) {
      throw new IllegalStateException("asked before there is a quorum");
    }
    return there;
  }

  private synchronized List<Wish> take() {
    List<Wish> some = new ArrayList<>();
    while (!wishes.isEmpty() && some.size() < MetadataLimits.MAX_ISR_CHANGES_PER_COMMAND) {
      some.add(wishes.pollFirstEntry().getValue());
    }
    return some;
  }

  private void answered(List<Wish> asked, QuorumAnswer answer) {
    switch (answer) {
      case QuorumAnswer.Decided(long index, MetadataReply.IsrReply(List<IsrChange.Refused> no)) -> {
        log.atInfo()
            .addKeyValue("asked", asked.size())
            .addKeyValue("refused", no.size())
            .addKeyValue("first", no.isEmpty() ? "" : no.getFirst().toString())
            .log("in-sync replicas were asked for");
        end(asked, wish -> IsrWishRules.outcome(wish.wanted(), no), index);
        over(GATHER_MS);
      }
      case QuorumAnswer.Decided(long _, MetadataReply other) -> {
        log.atError()
            .addKeyValue("reply", other)
            .log("the quorum gave a reply that is none to this command; report this");
        end(asked, _ -> Outcome.UNKNOWN, 0);
        over(AGAIN_MS);
      }
      case QuorumAnswer.Refused(long index, var refusal) -> {
        log.atWarn()
            .addKeyValue("partitions", asked.size())
            .addKeyValue("reason", refusal.message())
            .log("the quorum did not change the in-sync replicas");
        end(asked, _ -> Outcome.REFUSED, index);
        over(AGAIN_MS);
      }
      case QuorumAnswer.Unavailable _ -> {
        asked.forEach(wish -> ended(wish, Outcome.NOT_ASKED));
        over(AGAIN_MS);
      }
      case QuorumAnswer.TimedOut _ -> {
        asked.forEach(wish -> ended(wish, Outcome.UNKNOWN));
        over(GATHER_MS);
      }
    }
  }

  /** Refusals are told once the image is as new as the decision: before, its row may change. */
  private void end(List<Wish> asked, Function<Wish, Outcome> outcomes, long index) {
    surroundings()
        .applied()
        .await(
            index,
            DECIDE_MS,
            reached -> {
              boolean there = reached == AppliedIndex.Outcome.THERE;
              asked.forEach(wish -> ended(wish, there ? outcomes.apply(wish) : Outcome.UNKNOWN));
              next(GATHER_MS);
            });
  }

  private void ended(Wish wish, Outcome outcome) {
    switch (IsrWishRules.end(wish.doubtful(), outcome)) {
      case SETTLED -> {}
      case TELL_REFUSED -> wish.wanted().refused().run();
      case DOUBTFUL -> keep(new Wish(wish.wanted(), true));
    }
  }

  private synchronized void keep(Wish wish) {
    wishes.merge(
        wish.wanted().partition(),
        wish,
        (there, kept) -> IsrWishRules.isNewer(kept.wanted(), there.wanted()) ? kept : there);
  }
}
