package dev.milena.metadata;

import dev.milena.metadata.MetadataRecord.PartitionChanged;
import java.util.ArrayList;
import java.util.List;

/**
 * What a broker's going and coming does to the partitions, over all topics in order of their id.
 */
final class BrokerChanges {
  private BrokerChanges() {}

  /** Every partition that loses an in-sync replica or its leader when the broker goes. */
  static List<MetadataRecord> gone(ClusterImage image, int brokerId) {
    List<MetadataRecord> records = new ArrayList<>();
    for (TopicImage topic : image.topics().values()) {
      int minInsync = topic.minInsyncReplicas();
      for (PartitionImage partition : topic.partitions()) {
        PartitionRules.withoutBroker(
                partition, brokerId, minInsync, id -> id != brokerId && isUp(image, id))
            .ifPresent(row -> records.add(new PartitionChanged(topic.id(), row)));
      }
    }
    return records;
  }

  /** Every leaderless partition that the broker, now up, may lead. */
  static List<MetadataRecord> come(ClusterImage image, int brokerId) {
    List<MetadataRecord> records = new ArrayList<>();
    for (TopicImage topic : image.topics().values()) {
      for (PartitionImage partition : topic.partitions()) {
        PartitionRules.elected(partition, id -> id == brokerId || isUp(image, id))
            .ifPresent(row -> records.add(new PartitionChanged(topic.id(), row)));
      }
    }
    return records;
  }

  /** Registered and not fenced. */
  static boolean isUp(ClusterImage image, int brokerId) {
    return image.broker(brokerId).filter(broker -> !broker.fenced()).isPresent();
  }
}
