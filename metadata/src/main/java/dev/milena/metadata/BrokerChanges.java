package dev.milena.metadata;

import dev.milena.metadata.MetadataRecord.PartitionChanged;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a broker's going and coming does to the partitions, over all topics in order of their id.
 */
final class BrokerChanges {
  private BrokerChanges() {}

  /** Every partition that loses an in-sync replica or its leader when the broker goes. */
  static List<MetadataRecord> gone(ClusterImage image, int brokerId) {
    return changes(
        image,
        topic -> {
          Eligibility others = Eligibility.of(image, topic).without(brokerId);
          return partition -> PartitionRules.gone(partition, brokerId, others);
        });
  }

  /**
   * The same, and every partition that loses an eligible replica.
   *
   * @param remains what is left of each of its replicas
   */
  static List<MetadataRecord> gone(
      ClusterImage image, int brokerId, Function<PartitionId, DirectoryMatch.Remains> remains) {
    return changes(
        image,
        topic -> {
          Eligibility others = Eligibility.of(image, topic).without(brokerId);
          return partition ->
              switch (remains.apply(new PartitionId(topic.id(), partition.partition()))) {
                case ALL -> PartitionRules.gone(partition, brokerId, others);
                case DOUBTFUL -> PartitionRules.doubted(partition, brokerId, others);
                case NOTHING -> PartitionRules.lost(partition, brokerId, others);
              };
        });
  }

  /** Every partition that the broker leads and another in-sync replica can lead. */
  static List<MetadataRecord> handedOver(ClusterImage image, int brokerId) {
    return changes(
        image,
        topic -> {
          Eligibility others = Eligibility.of(image, topic).without(brokerId);
          return partition -> PartitionRules.handedOver(partition, brokerId, others);
        });
  }

  /** How many partitions the broker leads. */
  static int ledBy(ClusterImage image, int brokerId) {
    int led = 0;
    for (TopicImage topic : image.topics().values()) {
      for (PartitionImage partition : topic.partitions()) {
        led += partition.leader() == brokerId ? 1 : 0;
      }
    }
    return led;
  }

  /** Every leaderless partition that the broker, now up, may lead. */
  static List<MetadataRecord> come(ClusterImage image, int brokerId) {
    return changes(
        image,
        topic -> {
          Eligibility withIt = Eligibility.of(image, topic).with(brokerId);
          return partition -> PartitionRules.elected(partition, withIt);
        });
  }

  /** Registered, up, and not about to go. */
  static boolean mayLead(ClusterImage image, int brokerId) {
    return image.broker(brokerId).filter(BrokerImage::mayLead).isPresent();
  }

  /** Whether new replicas may be placed on it: it may lead, and is not being drained. */
  static boolean mayTakeReplicas(BrokerImage broker) {
    return broker.mayLead() && !broker.standing().draining();
  }

  /** What a rule of a topic for its partitions changes. */
  private static List<MetadataRecord> changes(
      ClusterImage image,
      Function<TopicImage, Function<PartitionImage, Optional<PartitionImage>>> rules) {
    List<MetadataRecord> records = new ArrayList<>();
    for (TopicImage topic : image.topics().values()) {
      Function<PartitionImage, Optional<PartitionImage>> rule = rules.apply(topic);
      for (PartitionImage partition : topic.partitions()) {
        rule.apply(partition).ifPresent(row -> records.add(new PartitionChanged(topic.id(), row)));
      }
    }
    return records;
  }
}
