package dev.milena.replication;

/**
 * What the cluster's image says about a partition. Only the image may say it, never the reply to a
 * request (replication rule 2).
 *
 * @param leader broker id, or {@link #NO_LEADER}
 * @param leaderEpoch raised at every election and for every new run of the leader
 * @param partitionEpoch raised at every change of the partition's row
 * @param replicas who holds the partition
 * @param isr who counts for the high watermark
 * @param minInsync the smallest ISR that may move the high watermark
 * @param flushPolicy what counts as having a record
 */
public record PartitionFacts(
    int leader,
    int leaderEpoch,
    int partitionEpoch,
    ReplicaSet replicas,
    ReplicaSet isr,
    int minInsync,
    FlushPolicy flushPolicy) {
  /** The {@link #leader} of a partition that nobody leads. */
  public static final int NO_LEADER = -1;

  /** The epoch before the first. */
  public static final int NO_EPOCH = -1;

  /** Before the image was seen. */
  static final PartitionFacts NONE =
      new PartitionFacts(
          NO_LEADER, NO_EPOCH, NO_EPOCH, ReplicaSet.EMPTY, ReplicaSet.EMPTY, 1, FlushPolicy.ACK);
}
