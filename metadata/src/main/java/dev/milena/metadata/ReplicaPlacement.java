package dev.milena.metadata;

import java.util.ArrayList;
import java.util.List;

/**
 * Chooses brokers for new partitions: each partition on as many racks as there are, and leaders and
 * replicas even over the brokers, first of the topic and then of all there is. Brokers that are
 * fenced, stopping or drained get none. The same image and seed give the same choice.
 *
 * <p>The topic comes first so that a broker that is new to a full cluster does not get all of the
 * next topic; what is there already is evened out by reassignment, not here. After any number of
 * new topics the preferred leaders of two brokers differ by at most one, if they did before;
 * replicas, on equally large racks, by a few (5 in the worst of 3,000 random clusters of 1,500
 * topics). Partitions added to older topics can widen that. (Kafka's placer has the same aims, but
 * looks at the new topic alone.)
 */
final class ReplicaPlacement {
  private ReplicaPlacement() {}

  /**
   * Places partitions.
   *
   * @param present those the topic has already; the new ones are numbered from there on
   * @param count how many new ones
   */
  static Placement place(
      ClusterImage image, List<PartitionImage> present, int factor, int count, long seed) {
    if (factor < 1 || factor > MetadataLimits.MAX_REPLICATION_FACTOR) {
      return new Placement.Impossible(
          RefusalReason.INVALID_REPLICATION_FACTOR,
          "the replication factor is 1 to %s, got %s"
              .formatted(MetadataLimits.MAX_REPLICATION_FACTOR, factor));
    }
    PlacementBoard board = new PlacementBoard(image, PlacementBoard.NOBODY, seed);
    board.turnTo(present);
    if (board.size() < factor) {
      return new Placement.Impossible(
          RefusalReason.NOT_ENOUGH_BROKERS,
          "replication factor %s needs %s brokers, %s of %s registered are up%s; retry when more are, or ask for fewer replicas"
              .formatted(factor, factor, board.size(), image.brokers().size(), notDrained(image)));
    }
    List<List<Integer>> replicas = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      replicas.add(board.choose(present.size() + i, factor));
    }
    return new Placement.Placed(replicas);
  }

  private static String notDrained(ClusterImage image) {
    boolean drained = image.brokers().values().stream().anyMatch(row -> row.standing().draining());
    return drained ? " and not drained" : "";
  }
}
