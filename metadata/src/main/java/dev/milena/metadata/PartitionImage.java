package dev.milena.metadata;

import java.util.ArrayList;
import java.util.List;

/**
 * Who holds a partition and who leads it.
 *
 * @param partition its number, from 0
 * @param partitionEpoch raised at every change of this row; compare-and-set on it
 * @param replicas broker ids; the first is the preferred leader
 * @param isr in-sync replicas, in the order of the replicas; may be empty while there is no leader
 * @param elr eligible leader replicas (KIP-966): left the ISR while it was at min.insync.replicas,
 *     so they hold everything committed
 * @param reassignment {@link Reassignment#NONE} when none is under way
 */
public record PartitionImage(
    int partition,
    Leadership leadership,
    int partitionEpoch,
    List<Integer> replicas,
    List<Integer> isr,
    List<Integer> elr,
    Reassignment reassignment) {
  /** The {@link #leader} of a partition that nobody leads. */
  public static final int NO_LEADER = -1;

  public PartitionImage {
    replicas = List.copyOf(replicas);
    isr = List.copyOf(isr);
    elr = List.copyOf(elr);
  }

  /** A broker id, or {@link #NO_LEADER}. */
  public int leader() {
    return leadership.leader();
  }

  /** See {@link Leadership#epoch}. */
  public int leaderEpoch() {
    return leadership.epoch();
  }

  public boolean hasLeader() {
    return leader() != NO_LEADER;
  }

  /** See {@link Leadership#lastKnown}. */
  public int lastKnownLeader() {
    return leadership.lastKnown();
  }

  public boolean hasLastKnownLeader() {
    return lastKnownLeader() != NO_LEADER;
  }

  /** Whether it is in sync or eligible, or leads. */
  public boolean countsOn(int broker) {
    return isr.contains(broker) || elr.contains(broker) || leader() == broker;
  }

  /** Whether somebody else than this broker is in sync or eligible. */
  public boolean isHeldByAnother(int broker) {
    return isr.stream().anyMatch(id -> id != broker) || elr.stream().anyMatch(id -> id != broker);
  }

  /** Whether nobody is left who is known to hold all that was committed. */
  boolean isHeldByNobody() {
    return isr.isEmpty() && elr.isEmpty();
  }

  /** The replicas it has, or shall have when its reassignment is over. */
  public List<Integer> settledReplicas() {
    return reassignment.isUnderWay() ? reassignment.target() : replicas;
  }

  /** The same row, once more changed. */
  PartitionImage raised() {
    return new PartitionImage(
        partition, leadership, partitionEpoch + 1, replicas, isr, elr, reassignment);
  }

  /** The same row with other in-sync and eligible replicas. */
  PartitionImage with(List<Integer> inSync, List<Integer> eligible) {
    return new PartitionImage(
        partition, leadership, partitionEpoch, replicas, inSync, eligible, reassignment);
  }

  /** The same row with another last known leader, or with none. */
  PartitionImage knownLast(int broker) {
    return new PartitionImage(
        partition, leadership.knownLast(broker), partitionEpoch, replicas, isr, elr, reassignment);
  }

  /**
   * The same row with other replicas, and of the in-sync and eligible ones, and of the last known
   * leader, those among them.
   */
  PartitionImage on(List<Integer> brokers, Reassignment move) {
    return new PartitionImage(
        partition,
        brokers.contains(lastKnownLeader()) ? leadership : leadership.knownLast(NO_LEADER),
        partitionEpoch,
        brokers,
        those(brokers, isr),
        those(brokers, elr),
        move);
  }

  /** The brokers that are among the others, in their order. */
  private static List<Integer> those(List<Integer> brokers, List<Integer> among) {
    if (among.isEmpty()) {
      return among;
    }
    List<Integer> those = new ArrayList<>(brokers.size());
    for (Integer broker : brokers) {
      if (among.contains(broker)) {
        those.add(broker);
      }
    }
    return those;
  }

  /** The same row in the next leader epoch. */
  PartitionImage led(int by) {
    return new PartitionImage(
        partition, leadership.next(by), partitionEpoch, replicas, isr, elr, reassignment);
  }
}
