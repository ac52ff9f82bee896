package dev.milena.metadata;

/**
 * Who leads a partition, and in which epoch.
 *
 * @param leader broker id, or {@link PartitionImage#NO_LEADER}
 * @param epoch raised at every election and for every new run of the leader
 */
public record Leadership(int leader, int epoch) {
  /** Of a new partition. */
  static Leadership first(int leader) {
    return new Leadership(leader, 0);
  }

  /** What follows: every change of the leader is a new epoch. */
  Leadership next(int nextLeader) {
    return new Leadership(nextLeader, epoch + 1);
  }
}
