package dev.milena.metadata;

/** One partition of one life of a topic. Sorts by topic id, then number. */
public record PartitionId(TopicId topicId, int partition) implements Comparable<PartitionId> {
  @Override
  public int compareTo(PartitionId other) {
    int byTopic = topicId.compareTo(other.topicId);
    return byTopic == 0 ? Integer.compare(partition, other.partition) : byTopic;
  }

  @Override
  public String toString() {
    return topicId + "-" + partition;
  }
}
