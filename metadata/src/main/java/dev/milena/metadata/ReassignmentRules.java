package dev.milena.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a partition's replicas move from some brokers to others (as Kafka's KIP-455 has it).
 *
 * <pre>
 *   replicas 1,2          nothing under way
 *   replicas 3,2,1        target 3,2: begun; 3 fetches, 1 and 2 serve
 *   replicas 3,2          3 and 2 are in sync: over; 1 leaves, and if it led, 3 leads
 *   replicas 1,2          or: called back before that
 * </pre>
 *
 * <p>Whoever holds what is committed is given up only for somebody who does: no step leaves a
 * partition without a replica that may lead, if it had one; the last known leader is one.
 */
final class ReassignmentRules {
  private ReassignmentRules() {}

  /**
   * The row on the way to other replicas, or there already; empty when the way leads through a row
   * that nobody could lead. A move that is under way is given up for the new one: its origin stays.
   */
  static Optional<PartitionImage> begun(
      PartitionImage before, List<Integer> target, Eligibility eligibility) {
    List<Integer> origin = originOf(before);
    if (before.reassignment().isUnderWay() && target.equals(origin)) {
      return cancelled(before, eligibility);
    }
    List<Integer> both = new ArrayList<>(target);
    for (Integer broker : origin) {
      if (!target.contains(broker)) {
        both.add(broker);
      }
    }
    return moved(before.raised(), both, new Reassignment(origin, target), eligibility)
        .map(row -> completed(row, eligibility));
  }

  /** The row with the replicas it had before the move; empty when nobody of them could lead. */
  static Optional<PartitionImage> cancelled(PartitionImage before, Eligibility eligibility) {
    return moved(before.raised(), originOf(before), Reassignment.NONE, eligibility);
  }

  /**
   * The completion rule: when all of the target are in sync, the others leave, and a leader who is
   * not of the target gives way. To be asked at the end of every change of the ISR or the leader.
   *
   * <p>While none of the target may lead (all are about to stop), the leader stays and so does the
   * move.
   */
  static PartitionImage completed(PartitionImage row, Eligibility eligibility) {
    List<Integer> target = row.reassignment().target();
    boolean inSync = row.reassignment().isUnderWay() && row.isr().containsAll(target);
    return inSync ? moved(row, target, Reassignment.NONE, eligibility).orElse(row) : row;
  }

  /** Whether the partition is, or is on its way to be, where it shall be. */
  static boolean isSettled(PartitionImage row, PartitionMove.Aim aim) {
    return switch (aim) {
      case PartitionMove.Aim.Cancel cancel -> !row.reassignment().isUnderWay();
      case PartitionMove.Aim.Target target ->
          row.reassignment().isUnderWay()
              ? target.replicas().equals(row.reassignment().target())
              : target.replicas().equals(row.replicas());
    };
  }

  private static List<Integer> originOf(PartitionImage row) {
    return row.reassignment().isUnderWay() ? row.reassignment().origin() : row.replicas();
  }

  private static Optional<PartitionImage> moved(
      PartitionImage row, List<Integer> replicas, Reassignment move, Eligibility eligibility) {
    PartitionImage moved = row.on(replicas, move);
    if (row.hasLeader() && !replicas.contains(row.leader())) {
      int leader = PartitionRules.anyEligible(moved, eligibility);
      return leader == PartitionImage.NO_LEADER
          ? Optional.empty()
          : Optional.of(PartitionRules.led(moved, leader, eligibility));
    }
    boolean lost = nobodyHolds(moved) && !nobodyHolds(row);
    return lost ? Optional.empty() : Optional.of(moved);
  }

  private static boolean nobodyHolds(PartitionImage row) {
    return row.isHeldByNobody() && !row.hasLastKnownLeader();
  }
}
