package dev.milena.metadata;

import java.util.ArrayList;
import java.util.List;

/**
 * The first rows of new partitions: every replica that is up, and not about to go, is in sync, the
 * first of them leads.
 */
final class NewPartitions {
  private NewPartitions() {}

  static List<PartitionImage> of(
      ClusterImage image, int firstPartition, List<List<Integer>> replicas) {
    List<PartitionImage> partitions = new ArrayList<>(replicas.size());
    for (List<Integer> brokers : replicas) {
      List<Integer> up =
          brokers.stream().filter(broker -> BrokerChanges.mayLead(image, broker)).toList();
      int partition = firstPartition + partitions.size();
      partitions.add(
          new PartitionImage(
              partition,
              Leadership.first(up.getFirst()),
              0,
              brokers,
              up,
              List.of(),
              Reassignment.NONE));
    }
    return partitions;
  }
}
