package dev.milena.metadata;

import java.util.ArrayList;
import java.util.List;

/**
 * Plans where the replicas of a broker go that is to be drained: each to a broker that is up, is
 * not drained itself and does not have the partition, by the rule that places new ones ({@link
 * PlacementBoard}). It takes the drained one's place in the order, so that who takes over the first
 * place takes over the lead. What moves away already is left alone. Pure; the same image and seed
 * give the same plan.
 */
final class DrainPlanner {
  private static final int MOST_NAMED = 5;

  private DrainPlanner() {}

  /** What becomes of it. */
  sealed interface Plan {
    /**
     * The moves, in the order of the partitions.
     *
     * @param left how many replicas are left to be planned, over the most of one plan
     */
    record Moves(List<PartitionMove> moves, int left) implements Plan {
      /** Copies the list. */
      public Moves {
        moves = List.copyOf(moves);
      }
    }

    /**
     * Some replicas have nowhere to go, so none is moved.
     *
     * @param why a clause: which, what they need, and what there is
     */
    record Impossible(String why) implements Plan {}
  }

  /**
   * Plans.
   *
   * @param most moves
   */
  static Plan plan(ClusterImage image, int broker, long seed, int most) {
    PlacementBoard board = new PlacementBoard(image, broker, seed);
    List<PartitionMove> moves = new ArrayList<>();
    List<TopicImage> stuck = new ArrayList<>();
    int left = 0;
    for (TopicImage topic : image.topics().values()) {
      List<PartitionImage> leaving =
          topic.partitions().stream()
              .filter(row -> row.settledReplicas().contains(broker))
              .toList();
      if (leaving.isEmpty()) {
        continue;
      }
      if (leaving.stream().anyMatch(row -> !board.hasOtherThan(row.settledReplicas()))) {
        stuck.add(topic);
        continue;
      }
      board.turnTo(topic.partitions());
      int planned = Math.min(leaving.size(), most - moves.size());
      for (PartitionImage row : leaving.subList(0, planned)) {
        List<Integer> target = board.replace(row.partition(), row.settledReplicas(), broker);
        moves.add(
            new PartitionMove(
                new PartitionId(topic.id(), row.partition()),
                new PartitionMove.Aim.Target(target)));
      }
      left += leaving.size() - planned;
    }
    return stuck.isEmpty()
        ? new Plan.Moves(moves, left)
        : new Plan.Impossible(why(stuck, board.size()));
  }

  private static String why(List<TopicImage> stuck, int others) {
    StringBuilder names = new StringBuilder();
    int needed = 0;
    int named = 0;
    for (TopicImage topic : stuck) {
      needed = Math.max(needed, topic.replicationFactor());
      if (named < MOST_NAMED) {
        names.append(named == 0 ? "" : ", ").append(topic.name());
        named++;
      }
    }
    if (stuck.size() > MOST_NAMED) {
      names.append(" and ").append(stuck.size() - MOST_NAMED).append(" more");
    }
    return "the replicas of %s %s need %s brokers beside it that are up and not drained, and there are %s"
        .formatted(stuck.size() == 1 ? "topic" : "topics", names, needed, others);
  }
}
