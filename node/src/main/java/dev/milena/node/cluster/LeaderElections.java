package dev.milena.node.cluster;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.cluster.DeskOutcome;
import dev.milena.broker.core.cluster.ElectionCall;
import dev.milena.broker.core.cluster.ElectionView;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.ElectablePartitions;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataReply.ElectionReply;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.TopicImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the quorum elect leaders when an operator asks for it. Blocks. */
final class LeaderElections {
  /** Partitions of one order: an entry of the quorum's log is bounded. */
  static final int MOST_AT_ONCE = 1_000;

  /** Partitions without a leader that an answer names; it counts all. */
  static final int MOST_NAMED = 1_000;

  private static final Logger log = LoggerFactory.getLogger(LeaderElections.class);

  private final QuorumOrders orders;

  LeaderElections(QuorumOrders orders) {
    this.orders = orders;
  }

  /** Which partitions are meant, by the image that was looked at. */
  private record Scope(List<TopicImage> topics, OptionalInt partition) {
    boolean has(PartitionImage row) {
      return partition.isEmpty() || partition.getAsInt() == row.partition();
    }
  }

  DeskOutcome<ElectionView> elect(ElectionCall call) throws InterruptedException {
    return switch (orders.image()) {
      case QuorumOrders.Outcome.Refused<ClusterImage>(Refusal refusal) ->
          new DeskOutcome.DeskRefused<>(refusal);
      case QuorumOrders.Outcome.Done<ClusterImage>(ClusterImage image) -> elect(call, image);
    };
  }

  private DeskOutcome<ElectionView> elect(ElectionCall call, ClusterImage image)
      throws InterruptedException {
    if (call.topic().isPresent()) {
      var refusal = NamedPartitions.fault(image, call.topic().get(), call.partition());
      if (refusal.isPresent()) {
        return new DeskOutcome.DeskRefused<>(refusal.get());
      }
    }
    Scope scope = scope(call, image);
    List<PartitionId> wanted = electable(image, scope, call.unclean());
    if (wanted.isEmpty()) {
      return new DeskOutcome.Answered<>(view(image, scope, new ElectionReply(0, List.of()), false));
    }
    if (call.unclean()) {
      log.atWarn()
          .addKeyValue("principal", call.caller().principal())
          .addKeyValue("from", call.caller().address())
          .addKeyValue("topic", call.topic().orElse("all"))
          .addKeyValue("partitions", wanted.stream().map(PartitionId::partition).toList())
          .log("electing leaders uncleanly, as ordered: what they do not have is lost");
    }
    String what = "leaders are elected";
    var outcome =
        orders.carryOut(
            new QuorumOrders.Order(
                new MetadataCommand.ElectLeaders(wanted, call.unclean()),
                call.caller(),
                call.timeoutMs(),
                what,
                "kafkactl topics --describe"));
    return switch (outcome) {
      case QuorumOrders.Outcome.Refused<QuorumOrders.Decided>(Refusal refusal) ->
          new DeskOutcome.DeskRefused<>(refusal);
      case QuorumOrders.Outcome.Done<QuorumOrders.Decided>(QuorumOrders.Decided decided) ->
          decided.reply() instanceof ElectionReply reply
              ? new DeskOutcome.Answered<>(
                  view(
                      decided.image(),
                      scope(call, decided.image()),
                      reply,
                      wanted.size() == MOST_AT_ONCE))
              : new DeskOutcome.DeskRefused<>(
                  Refusal.of(ErrorKind.INTERNAL, "the quorum answered with " + decided.reply()));
    };
  }

  private static Scope scope(ElectionCall call, ClusterImage image) {
    Collection<TopicImage> topics =
        call.topic().isEmpty()
            ? image.topics().values()
            : image.topic(call.topic().get()).stream().toList();
    return new Scope(List.copyOf(topics), call.partition());
  }

  private static List<PartitionId> electable(ClusterImage image, Scope scope, boolean unclean) {
    if (scope.partition().isEmpty()) {
      return ElectablePartitions.of(image, scope.topics(), unclean, MOST_AT_ONCE);
    }
    TopicImage topic = scope.topics().getFirst();
    return topic.partition(scope.partition().getAsInt()).stream()
        .filter(row -> ElectablePartitions.isOne(image, topic, row, unclean))
        .map(row -> new PartitionId(topic.id(), row.partition()))
        .toList();
  }

  private static ElectionView view(
      ClusterImage image, Scope scope, ElectionReply reply, boolean more) {
    List<ElectionView.Leaderless> leaderless = new ArrayList<>();
    int count = 0;
    for (TopicImage topic : scope.topics()) {
      for (PartitionImage row : topic.partitions()) {
        if (row.hasLeader() || !scope.has(row)) {
          continue;
        }
        count++;
        if (leaderless.size() < MOST_NAMED) {
          leaderless.add(
              new ElectionView.Leaderless(
                  new PartitionName(topic.name(), row.partition()),
                  LeaderlessSentences.next(image, topic, row)));
        }
      }
    }
    List<ElectionView.UncleanLeader> unclean = new ArrayList<>();
    for (PartitionId id : reply.unclean()) {
      image
          .topic(id.topicId())
          .ifPresent(topic ->
              topic
                  .partition(id.partition())
                  .ifPresent(row ->
                      unclean.add(
                          new ElectionView.UncleanLeader(
                              new PartitionName(topic.name(), id.partition()),
                              row.leader(),
                              row.leaderEpoch()))));
    }
    return new ElectionView(reply.changed(), unclean, leaderless, count, more);
  }
}
