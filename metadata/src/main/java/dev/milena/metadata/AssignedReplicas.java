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
          "replicas are given for %s partitions of %s".formatted(replicas.size(), count));
    }
    int factor = replicas.getFirst().size();
    if (factor < 1 || factor > MetadataLimits.MAX_REPLICATION_FACTOR) {
      return invalid(
          "a partition has 1 to %s replicas, got %s"
              .formatted(MetadataLimits.MAX_REPLICATION_FACTOR, factor));
    }
    for (int p = 0; p < count; p++) {
      List<Integer> brokers = replicas.get(p);
      if (brokers.size() != factor) {
        return invalid(
            "partition %s has %s replicas and partition 0 has %s; they must be as many"
                .formatted(p, brokers.size(), factor));
      }
      if (brokers.stream().distinct().count() != factor) {
        return invalid("partition %s names a broker twice".formatted(p));
      }
      for (int broker : brokers) {
        if (!image.brokers().containsKey(broker)) {
          return invalid(
              "partition %s names broker %s, which is not registered".formatted(p, broker));
        }
      }
      if (brokers.stream().noneMatch(broker -> BrokerChanges.mayLead(image, broker))) {
        return new Placement.Impossible(
            RefusalReason.NOT_ENOUGH_BROKERS,
            "none of the brokers of partition %s is up; retry when one is".formatted(p));
      }
    }
    return new Placement.Placed(replicas);
  }

  private static Placement invalid(String message) {
    return new Placement.Impossible(RefusalReason.INVALID_ASSIGNMENT, message);
  }
}
