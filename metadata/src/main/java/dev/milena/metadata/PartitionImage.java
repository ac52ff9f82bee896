package dev.milena.metadata;

import java.util.List;

/**
 * Who holds a partition and who leads it.
 *
 * @param partition its number, from 0
 * @param leader broker id, or {@link #NO_LEADER}
 * @param leaderEpoch raised at every election and for every new run of the leader
 * @param partitionEpoch raised at every change of this row; compare-and-set on it
 * @param replicas broker ids; the first is the preferred leader
 * @param isr in-sync replicas, in the order of the replicas; may be empty while there is no leader
 * @param elr eligible leader replicas (KIP-966): left the ISR while it was at min.insync.replicas,
 *     so they hold everything committed
 */
public record PartitionImage(
    int partition,
    int leader,
    int leaderEpoch,
    int partitionEpoch,
    List<Integer> replicas,
    List<Integer> isr,
    List<Integer> elr) {
  /** The {@link #leader} of a partition that nobody leads. */
  public static final int NO_LEADER = -1;

  public PartitionImage {
    replicas = List.copyOf(replicas);
    isr = List.copyOf(isr);
    elr = List.copyOf(elr);
  }

  public boolean hasLeader() {
    return leader != NO_LEADER;
  }
}
