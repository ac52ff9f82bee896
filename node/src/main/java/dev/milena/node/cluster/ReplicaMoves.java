package dev.milena.node.cluster;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.ShownName;
import dev.milena.broker.core.cluster.DeskOutcome;
import dev.milena.broker.core.cluster.MoveCall;
import dev.milena.broker.core.cluster.MoveView;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataReply.ReassignmentReply;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.PartitionMove;
import dev.milena.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Has the quorum move replicas when an operator asks for it. Blocks. */
final class ReplicaMoves {
  private final QuorumOrders orders;

  ReplicaMoves(QuorumOrders orders) {
    this.orders = orders;
  }

  DeskOutcome<MoveView> move(MoveCall call) throws InterruptedException {
    return switch (orders.image()) {
      case QuorumOrders.Outcome.Refused<ClusterImage>(Refusal refusal) ->
          new DeskOutcome.DeskRefused<>(refusal);
      case QuorumOrders.Outcome.Done<ClusterImage>(ClusterImage image) -> move(call, image);
    };
  }

  private DeskOutcome<MoveView> move(MoveCall call, ClusterImage image)
      throws InterruptedException {
    List<PartitionMove> moves = new ArrayList<>();
    for (MoveCall.Wanted wanted : call.moves()) {
      Optional<Refusal> fault = fault(image, wanted);
      if (fault.isPresent()) {
        return new DeskOutcome.DeskRefused<>(fault.get());
      }
      TopicImage topic = image.topic(wanted.topic()).orElseThrow();
      switch (wanted) {
        case MoveCall.Wanted.To(String _, int partition, List<Integer> replicas) ->
            moves.add(
                new PartitionMove(
                    new PartitionId(topic.id(), partition),
                    new PartitionMove.Aim.Target(replicas)));
        case MoveCall.Wanted.Back(String _, OptionalInt partition) ->
            moving(topic, partition)
                .forEach(row ->
                    moves.add(
                        new PartitionMove(
                            new PartitionId(topic.id(), row.partition()),
                            new PartitionMove.Aim.Cancel())));
      }
    }
    return submit(call, moves);
  }

  private static Optional<Refusal> fault(ClusterImage image, MoveCall.Wanted wanted) {
    OptionalInt partition =
        switch (wanted) {
          case MoveCall.Wanted.To to -> OptionalInt.of(to.partition());
          case MoveCall.Wanted.Back back -> back.partition();
        };
    Optional<Refusal> unknown = NamedPartitions.fault(image, wanted.topic(), partition);
    boolean back = wanted instanceof MoveCall.Wanted.Back;
    if (unknown.isPresent() || !back) {
      return unknown;
    }
    TopicImage topic = image.topic(wanted.topic()).orElseThrow();
    return moving(topic, partition).isEmpty()
        ? Optional.of(nothingMoves(topic.name(), partition))
        : Optional.empty();
  }

  private static List<PartitionImage> moving(TopicImage topic, OptionalInt partition) {
    return topic.partitions().stream()
        .filter(row -> partition.isEmpty() || partition.getAsInt() == row.partition())
        .filter(row -> row.reassignment().isUnderWay())
        .toList();
  }

  private static Refusal nothingMoves(String topic, OptionalInt partition) {
    String name = ShownName.of(topic);
    String what =
        partition.isPresent()
            ? "partition %s-%s does not move".formatted(name, partition.getAsInt())
            : "no partition of topic \"%s\" moves".formatted(name);
    Refusal refusal =
        Refusal.of(
                ErrorKind.NO_REASSIGNMENT,
                "%s, so there is nothing to call back; kafkactl topics --describe --topic %s shows where its replicas are"
                    .formatted(what, name))
            .with("topic", name);
    return partition.isPresent()
        ? refusal.with("partition", Integer.toString(partition.getAsInt()))
        : refusal;
  }

  private DeskOutcome<MoveView> submit(MoveCall call, List<PartitionMove> moves)
      throws InterruptedException {
    var outcome =
        orders.carryOut(
            new QuorumOrders.Order(
                new MetadataCommand.ReassignPartitions(moves),
                call.caller(),
                call.timeoutMs(),
                "replicas are moved",
                "kafkactl topics --describe"));
    return switch (outcome) {
      case QuorumOrders.Outcome.Refused<QuorumOrders.Decided>(Refusal refusal) ->
          new DeskOutcome.DeskRefused<>(refusal);
      case QuorumOrders.Outcome.Done<QuorumOrders.Decided>(QuorumOrders.Decided decided) ->
          decided.reply() instanceof ReassignmentReply(int changed, int underWay)
              ? new DeskOutcome.Answered<>(new MoveView(changed, underWay))
              : new DeskOutcome.DeskRefused<>(
                  Refusal.of(ErrorKind.INTERNAL, "the quorum answered with " + decided.reply()));
    };
  }
}
