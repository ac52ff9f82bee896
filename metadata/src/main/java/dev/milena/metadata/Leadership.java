package dev.milena.metadata;

/**
 * Who leads a partition, and in which epoch.
 *
 * @param leader broker id, or {@link PartitionImage#NO_LEADER}
 * @param epoch raised at every election and for every new run of the leader
 * @param lastKnown the last known leader (KIP-966): who left the ISR and the ELR last, by an
 *     unclean restart, so that both are empty; the only one that may be elected then. {@link
 *     PartitionImage#NO_LEADER} unless there is one, and always while somebody leads
 */
public record Leadership(int leader, int epoch, int lastKnown) {
  /** Without a last known leader. */
  public Leadership(int leader, int epoch) {
    this(leader, epoch, PartitionImage.NO_LEADER);
  }

  /** Of a new partition. */
  static Leadership first(int leader) {
    return new Leadership(leader, 0);
  }

  /** What follows: every change of the leader is a new epoch. */
  Leadership next(int nextLeader) {
    return new Leadership(nextLeader, epoch + 1);
  }

  /** The same with another last known leader, or with none. */
  Leadership knownLast(int broker) {
    return new Leadership(leader, epoch, broker);
  }
}
