package dev.milena.metadata;

import dev.milena.metadata.MetadataRecord.PartitionChanged;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * What a broker's going and coming does to the partitions, over all topics in order of their id.
 */
final class BrokerChanges {
  private BrokerChanges() {}

  /** Every partition that loses an in-sync replica or its leader when the broker goes. */
  static List<MetadataRecord> gone(ClusterImage image, int brokerId) {
    return gone(image, brokerId, partition -> false);
  }

  /**
   * The same, and every partition that loses an eligible replica.
   *
   * @param lost which of its replicas do not hold any more what they held
   */
  static List<MetadataRecord> gone(ClusterImage image, int brokerId, Predicate<PartitionId> lost) {
    return changes(
        image,
        (topic, partition) ->
            lost.test(new PartitionId(topic.id(), partition.partition()))
                ? lost(image, topic, partition, brokerId)
                : PartitionRules.gone(
                    partition, brokerId, Eligibility.of(image, topic).without(brokerId)));
  }

  /** The partition when the broker has lost its replica; empty when nobody counted on it. */
  static Optional<PartitionImage> lost(
      ClusterImage image, TopicImage topic, PartitionImage partition, int brokerId) {
    return PartitionRules.lost(partition, brokerId, Eligibility.of(image, topic).without(brokerId));
  }

  /** Every partition that the broker leads and another in-sync replica can lead. */
  static List<MetadataRecord> handedOver(ClusterImage image, int brokerId) {
    return changes(
        image,
        (topic, partition) ->
            PartitionRules.handedOver(
                partition, brokerId, Eligibility.of(image, topic).without(brokerId)));
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
        (topic, partition) ->
            PartitionRules.elected(partition, Eligibility.of(image, topic).with(brokerId)));
  }

  /** Registered, up, and not about to go. */
  static boolean mayLead(ClusterImage image, int brokerId) {
    return image
        .broker(brokerId)
        .filter(broker -> !broker.fenced() && !broker.stopping())
        .isPresent();
  }

  private static List<MetadataRecord> changes(
      ClusterImage image, BiFunction<TopicImage, PartitionImage, Optional<PartitionImage>> rule) {
    List<MetadataRecord> records = new ArrayList<>();
    for (TopicImage topic : image.topics().values()) {
      for (PartitionImage partition : topic.partitions()) {
        rule.apply(topic, partition)
            .ifPresent(row -> records.add(new PartitionChanged(topic.id(), row)));
      }
    }
    return records;
  }
}
