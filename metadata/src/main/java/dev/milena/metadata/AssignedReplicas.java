package dev.milena.metadata;

import java.util.List;

/**
 * Checks replicas that the asker chose, as Kafka does: all known, none twice, one factor for all.
 */
final class AssignedReplicas {
  private AssignedReplicas() {}

  static Placement check(ClusterImage image, List<List<Integer>> replicas, int count) {
    if (replicas.size() != count) {
      return invalid(
          "replicas are given for %d partitions of %d".formatted(replicas.size(), count));
    }
    int factor = replicas.getFirst().size();
    if (factor < 1 || factor > MetadataLimits.MAX_REPLICATION_FACTOR) {
      return invalid(
          "a partition has 1 to %d replicas, got %d"
              .formatted(MetadataLimits.MAX_REPLICATION_FACTOR, factor));
    }
    for (int p = 0; p < count; p++) {
      List<Integer> brokers = replicas.get(p);
      if (brokers.size() != factor) {
        return invalid(
            "partition %d has %d replicas and partition 0 has %d; they must be as many"
                .formatted(p, brokers.size(), factor));
      }
      if (brokers.stream().distinct().count() != factor) {
        return invalid("partition %d names a broker twice".formatted(p));
      }
      for (int broker : brokers) {
        if (!image.brokers().containsKey(broker)) {
          return invalid(
              "partition %d names broker %d, which is not registered".formatted(p, broker));
        }
      }
      if (brokers.stream().noneMatch(broker -> BrokerChanges.isUp(image, broker))) {
        return new Placement.Impossible(
            RefusalReason.NOT_ENOUGH_BROKERS,
            "none of the brokers of partition %d is up; retry when one is".formatted(p));
      }
    }
    return new Placement.Placed(replicas);
  }

  private static Placement invalid(String message) {
    return new Placement.Impossible(RefusalReason.INVALID_ASSIGNMENT, message);
  }
}
