package dev.milena.broker.core.serving;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.ShownName;
import dev.milena.broker.core.hosting.PartitionAddress;
import dev.milena.broker.core.hosting.PartitionLoop;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.TopicImage;
import dev.milena.metadata.TopicNames;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds the loop of the partition that a call names, or the sentence why there is none. */
@OwnedBy(Owner.ANY_THREAD)
public final class PartitionRouting {
  private final int self;
  private final ImageFeed feed;
  private final PartitionLoops loops;
  private final CatchUp catchUp;

  /** Looks into the image that the feed has told the loops. */
  public PartitionRouting(int self, ImageFeed feed, PartitionLoops loops, CatchUp catchUp) {
    this.self = self;
    this.feed = feed;
    this.loops = loops;
    this.catchUp = catchUp;
  }

  /** Where a call goes. */
  public sealed interface Route {
    /** To a loop of this broker. */
    record Here(PartitionAddress address, PartitionImage partition, PartitionLoop loop)
        implements Route {}

    /** Nowhere. */
    record Nowhere(Refusal refusal) implements Route {}
  }

  /** A topic, or why there is none. */
  public sealed interface TopicFound {
    /** The topic as it is. */
    record Topic(TopicImage topic) implements TopicFound {}

    /** Not found. */
    record NoTopic(Refusal refusal) implements TopicFound {}
  }

  /** Finds a partition's loop; a topic that is not known is first looked up with the quorum. */
  public void route(PartitionName where, Consumer<Route> found) {
    Optional<TopicImage> known = feed.image().topic(where.topic());
    if (known.isPresent()) {
      found.accept(routeIn(known.get(), where));
    } else {
      topic(
          where.topic(),
          looked ->
              found.accept(
                  switch (looked) {
                    case TopicFound.Topic(TopicImage topic) -> routeIn(topic, where);
                    case TopicFound.NoTopic(Refusal refusal) -> new Route.Nowhere(refusal);
                  }));
    }
  }

  /**
   * Asks the quorum whether this broker leads a partition in an epoch, now that this is called.
   *
   * @param answer told of nothing when it does, else where to ask
   */
  public void confirm(
      PartitionAddress address, int leaderEpoch, Consumer<Optional<Refusal>> answer) {
    catchUp.run(caughtUp -> answer.accept(leads(address, leaderEpoch, caughtUp)));
  }

  private Optional<Refusal> leads(
      PartitionAddress address, int leaderEpoch, CatchUp.Outcome caughtUp) {
    return switch (caughtUp) {
      case CatchUp.Outcome.CaughtUp() -> {
        Optional<PartitionImage> row = feed.image().partition(address.id());
        boolean leads =
            row.filter(now -> now.leader() == self && now.leaderEpoch() == leaderEpoch).isPresent();
        yield leads
            ? Optional.empty()
            : Optional.of(
                row.map(now -> led(now, address.name()))
                    .orElseGet(() -> unknown(address.name().topic())));
      }
      case CatchUp.Outcome.Behind(String why) ->
          Optional.of(
              Refusal.of(
                  ErrorKind.LEADER_NOT_AVAILABLE,
                  address.name(),
                  "broker %s cannot make sure that it still leads %s (%s); try again"
                      .formatted(self, address.name(), why)));
      case CatchUp.Outcome.Crowded(Refusal refusal) -> Optional.of(refusal);
    };
  }

  /** Finds a topic; one that is not known is first looked up with the quorum. */
  public void topic(String name, Consumer<TopicFound> found) {
    Optional<TopicImage> known = feed.image().topic(name);
    if (known.isPresent()) {
      found.accept(new TopicFound.Topic(known.get()));
    } else if (TopicNames.fault(name).isPresent()) {
      found.accept(new TopicFound.NoTopic(unknown(name)));
    } else {
      catchUp.run(caughtUp -> found.accept(afterCatchUp(name, caughtUp)));
    }
  }

  private TopicFound afterCatchUp(String name, CatchUp.Outcome caughtUp) {
    Optional<TopicImage> topic = feed.image().topic(name);
    if (topic.isPresent()) {
      return new TopicFound.Topic(topic.get());
    }
    return new TopicFound.NoTopic(
        switch (caughtUp) {
          case CatchUp.Outcome.CaughtUp() -> unknown(name);
          case CatchUp.Outcome.Behind(String why) -> undecided(name, why);
          case CatchUp.Outcome.Crowded(Refusal refusal) ->
              refusal.with("topic", ShownName.of(name));
        });
  }

  private Route routeIn(TopicImage topic, PartitionName where) {
    Optional<PartitionImage> partition = topic.partition(where.partition());
    if (partition.isEmpty()) {
      return new Route.Nowhere(
          Refusal.of(
              ErrorKind.UNKNOWN_PARTITION,
              where,
              "topic \"%s\" has %s partitions, counted from 0; there is no partition %s"
                  .formatted(topic.name(), topic.partitionCount(), where.partition())));
    }
    if (partition.get().leader() != self) {
      return new Route.Nowhere(led(partition.get(), where));
    }
    PartitionId id = new PartitionId(topic.id(), where.partition());
    return new Route.Here(new PartitionAddress(id, where), partition.get(), loops.loopOf(id));
  }

  private Refusal led(PartitionImage partition, PartitionName where) {
    if (!partition.hasLeader()) {
      return Refusal.of(
          ErrorKind.LEADER_NOT_AVAILABLE, where, where + " has no leader now; try again");
    }
    ClusterImage image = feed.image();
    String address = image.broker(partition.leader()).map(PartitionRouting::addressOf).orElse("");
    return Refusal.of(
            ErrorKind.NOT_LEADER,
            where,
            "broker %s leads %s; ask %s".formatted(partition.leader(), where, address))
        .with("leader", Integer.toString(partition.leader()))
        .with("leaderAddress", address);
  }

  /** HOST:PORT, an IPv6 address in brackets. */
  private static String addressOf(BrokerImage broker) {
    String host = broker.host();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + broker.port();
  }

  private static Refusal unknown(String name) {
    String shown = ShownName.of(name);
    String next =
        TopicNames.fault(name).orElse("create it with kafkactl topics --create --topic " + shown);
    return Refusal.of(
            ErrorKind.UNKNOWN_TOPIC, "topic \"%s\" does not exist; %s".formatted(shown, next))
        .with("topic", shown);
  }

  private static Refusal undecided(String name, String why) {
    String shown = ShownName.of(name);
    return Refusal.of(
            ErrorKind.LEADER_NOT_AVAILABLE,
            "topic \"%s\" is not known here, and %s; try again".formatted(shown, why))
        .with("topic", shown);
  }
}
