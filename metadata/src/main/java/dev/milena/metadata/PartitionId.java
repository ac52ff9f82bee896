package dev.milena.metadata;

import java.util.Comparator;

/** One partition of one life of a topic. Sorts by topic id, then number. */
public record PartitionId(TopicId topicId, int partition) implements Comparable<PartitionId> {
  private static final Comparator<PartitionId> ORDER =
      Comparator.comparing(PartitionId::topicId).thenComparingInt(PartitionId::partition);

  @Override
  public int compareTo(PartitionId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return topicId + "-" + partition;
  }
}
