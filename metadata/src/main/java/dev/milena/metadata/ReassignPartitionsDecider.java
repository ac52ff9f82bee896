package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.ReassignPartitions;
import dev.milena.metadata.MetadataRecord.PartitionChanged;
import dev.milena.metadata.MetadataReply.ReassignmentReply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Decides {@link ReassignPartitions}: every move it asks for is begun, or none. */
final class ReassignPartitionsDecider {
  private ReassignPartitionsDecider() {}

  /** What one move came to. */
  private sealed interface Outcome {
    record Row(PartitionImage now, boolean changed) implements Outcome {}

    record Refused(Decision.Refused refusal) implements Outcome {}
  }

  /** The topic of moves that follow each other, looked up once for all of them. */
  private record MovedTopic(TopicImage image, Eligibility eligibility) {
    static Optional<MovedTopic> of(ClusterImage image, TopicId id) {
      return image.topic(id).map(topic -> new MovedTopic(topic, Eligibility.of(image, topic)));
    }
  }

  static Decision decide(ClusterImage image, ReassignPartitions reassign) {
    if (reassign.moves().size() > MetadataLimits.MAX_MOVES_PER_COMMAND) {
      return Decision.Refused.of(
          RefusalReason.COMMAND_TOO_LARGE,
          "one command moves at most %s partitions, got %s; move them in several"
              .formatted(MetadataLimits.MAX_MOVES_PER_COMMAND, reassign.moves().size()),
          new TreeMap<>());
    }
    List<PartitionMove> moves = new ArrayList<>(reassign.moves());
    moves.sort(Comparator.comparing(PartitionMove::partition));
    for (int i = 1; i < moves.size(); i++) {
      if (moves.get(i).partition().equals(moves.get(i - 1).partition())) {
        return namedTwice(image, reassign.moves());
      }
    }
    return decide(image, moves);
  }

  /** The first that is named again is refused, in the order of the command. */
  private static Decision namedTwice(ClusterImage image, List<PartitionMove> moves) {
    TreeSet<PartitionId> named = new TreeSet<>();
    PartitionId again =
        moves.stream()
            .map(PartitionMove::partition)
            .filter(id -> !named.add(id))
            .findFirst()
            .orElseThrow();
    return Refusals.assignment(image, again, "is named twice; name it once");
  }

  /**
   * @param moves in the order of their partitions, so that those of one topic follow each other
   */
  private static Decision decide(ClusterImage image, List<PartitionMove> moves) {
    List<MetadataRecord> records = new ArrayList<>(moves.size());
    int underWay = 0;
    Optional<MovedTopic> last = Optional.empty();
    for (PartitionMove move : moves) {
      PartitionId id = move.partition();
      if (last.isEmpty() || !last.get().image().id().equals(id.topicId())) {
        last = MovedTopic.of(image, id.topicId());
      }
      Outcome outcome =
          last.map(topic -> move(image, topic, id, move.aim()))
              .orElseGet(() -> new Outcome.Refused(Refusals.unknownPartition(image, id)));
      switch (outcome) {
        case Outcome.Refused refused -> {
          return refused.refusal();
        }
        case Outcome.Row row -> {
          underWay += row.now().reassignment().isUnderWay() ? 1 : 0;
          if (row.changed()) {
            records.add(new PartitionChanged(id.topicId(), row.now()));
          }
        }
      }
    }
    return new Decision.Accepted(records, new ReassignmentReply(records.size(), underWay));
  }

  private static Outcome move(
      ClusterImage image, MovedTopic topic, PartitionId id, PartitionMove.Aim aim) {
    Optional<PartitionImage> before = topic.image().partition(id.partition());
    if (before.isEmpty()) {
      return new Outcome.Refused(Refusals.unknownPartition(image, id));
    }
    if (ReassignmentRules.isSettled(before.get(), aim)) {
      return new Outcome.Row(before.get(), false);
    }
    Eligibility eligibility = topic.eligibility();
    return switch (aim) {
      case PartitionMove.Aim.Cancel cancel ->
          outcome(ReassignmentRules.cancelled(before.get(), eligibility), image, id);
      case PartitionMove.Aim.Target target ->
          refuseTarget(image, id, target.replicas())
              .<Outcome>map(Outcome.Refused::new)
              .orElseGet(() ->
                  outcome(
                      ReassignmentRules.begun(before.get(), target.replicas(), eligibility),
                      image,
                      id));
    };
  }

  private static Outcome outcome(
      Optional<PartitionImage> after, ClusterImage image, PartitionId id) {
    return after
        .<Outcome>map(row -> new Outcome.Row(row, true))
        .orElseGet(() -> new Outcome.Refused(nobodyLeft(image, id)));
  }

  /** Only ever of a move that gives up another one: what it had gained would be all there is. */
  static Decision.Refused nobodyLeft(ClusterImage image, PartitionId id) {
    Reassignment move = image.partition(id).orElseThrow().reassignment();
    String gained =
        move.target().stream()
            .filter(broker -> !move.origin().contains(broker))
            .map(String::valueOf)
            .collect(Collectors.joining(","));
    return Refusals.assignment(
        image,
        id,
        "cannot leave brokers %s now: no other of its replicas is in sync and up; bring one back first"
            .formatted(gained));
  }

  private static Optional<Decision.Refused> refuseTarget(
      ClusterImage image, PartitionId id, List<Integer> target) {
    return targetFault(image, target).map(wrong -> Refusals.assignment(image, id, wrong));
  }

  private static Optional<String> targetFault(ClusterImage image, List<Integer> target) {
    if (target.isEmpty() || target.size() > MetadataLimits.MAX_REPLICATION_FACTOR) {
      return Optional.of(
          "can have 1 to %s replicas, got %s"
              .formatted(MetadataLimits.MAX_REPLICATION_FACTOR, target.size()));
    }
    for (int i = 0; i < target.size(); i++) {
      int broker = target.get(i);
      if (target.subList(0, i).contains(broker)) {
        return Optional.of("names broker %s twice; name each broker once".formatted(broker));
      }
      if (image.broker(broker).isEmpty()) {
        return Optional.of(
            "names broker %s, which is not registered; start it first, or name another"
                .formatted(broker));
      }
    }
    return Optional.empty();
  }
}
