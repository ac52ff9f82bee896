package dev.milena.metadata;

import java.util.List;

/**
 * The in-sync replicas that the leader of a partition wants. Compare-and-set on both epochs.
 *
 * @param leaderEpoch under which it leads
 * @param partitionEpoch of the row that it wants to change
 * @param isr all of them, the leader among them. Those that it has raise the partition's epoch all
 *     the same: whoever does not know what became of an earlier change makes it stale so
 */
public record IsrChange(
    PartitionId partition, int leaderEpoch, int partitionEpoch, List<Member> isr) {
  public IsrChange {
    isr = List.copyOf(isr);
  }

  /**
   * One replica, in one run of its broker: who has started again since may hold something else.
   *
   * @param brokerEpoch as in {@link BrokerImage#brokerEpoch}, as the leader knows it
   */
  public record Member(int brokerId, long brokerEpoch) {}

  /** Why one change was refused, while others of its command came about. */
  public enum Fault {
    /** There is no such partition any more. */
    UNKNOWN_PARTITION,
    /** Another leads it, or it leads in another epoch. */
    NOT_LEADER,
    /** The row was changed since. */
    STALE_PARTITION_EPOCH,
    /** The leader is not among them, or one is named twice or is no replica. */
    NOT_REPLICAS,
    /** One that would join is fenced, stopping, not registered, or in another run. */
    INELIGIBLE_REPLICA
  }

  /** A change that did not come about. */
  public record Refused(PartitionId partition, Fault fault) {}
}
