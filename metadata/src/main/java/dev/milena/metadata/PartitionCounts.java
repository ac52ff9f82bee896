package dev.milena.metadata;

import java.util.Locale;
import java.util.Optional;

/** How many partitions a topic, and all topics together, may have. */
final class PartitionCounts {
  private PartitionCounts() {}

  /**
   * Refuses a total that is out of bounds.
   *
   * @param wanted the topic's new total
   * @param present how many of them it has already
   */
  static Optional<Decision.Refused> refuse(
      ClusterImage image, String topic, int wanted, int present) {
    if (wanted < 1 || wanted > MetadataLimits.MAX_PARTITIONS_PER_TOPIC) {
      return Optional.of(
          Refusals.topic(
              RefusalReason.INVALID_PARTITIONS,
              topic,
              String.format(
                  Locale.ROOT,
                  "a topic has 1 to %,d partitions, got %s",
                  MetadataLimits.MAX_PARTITIONS_PER_TOPIC,
                  wanted)));
    }
    int more = wanted - present;
    if (image.partitionCount() + more > MetadataLimits.MAX_PARTITIONS) {
      return Optional.of(
          Refusals.topic(
              RefusalReason.INVALID_PARTITIONS,
              topic,
              "the cluster has %s partitions and holds at most %s, got %s more; delete topics first"
                  .formatted(image.partitionCount(), MetadataLimits.MAX_PARTITIONS, more)));
    }
    return Optional.empty();
  }
}
