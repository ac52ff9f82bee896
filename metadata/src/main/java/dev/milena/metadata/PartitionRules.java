package dev.milena.metadata;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How a partition's row changes when a broker goes, comes or should lead: the quorum's half of
 * replication rules 1, 4, 5 and 7 (KIP-966).
 */
final class PartitionRules {
  private PartitionRules() {}

  /**
   * The row after a broker went down; empty when it was neither in sync nor leading.
   *
   * <p>It leaves the ISR. While the ISR is smaller than min.insync.replicas nothing new is
   * committed, so whoever leaves then still holds all that is, and becomes eligible (ELR).
   */
  static Optional<PartitionImage> gone(PartitionImage before, int broker, Eligibility eligibility) {
    boolean inSync = before.isr().contains(broker);
    return inSync || before.leader() == broker
        ? Optional.of(left(before, broker, inSync, eligibility))
        : Optional.empty();
  }

  /**
   * The row after a broker lost what it held of the partition; empty when it was not counted on.
   * Other than one that went down, it leaves the ELR too, and is not the last known leader any more
   * (replication rule 7).
   */
  static Optional<PartitionImage> lost(PartitionImage before, int broker, Eligibility eligibility) {
    if (before.lastKnownLeader() == broker) {
      return Optional.of(before.raised().knownLast(PartitionImage.NO_LEADER));
    }
    return before.countsOn(broker)
        ? Optional.of(left(before, broker, false, eligibility))
        : Optional.empty();
  }

  /**
   * The row after a broker came back that may hold less than was committed, since it acknowledged
   * before its disk had the records and was killed; empty when it was not counted on. It leaves the
   * ELR too. Nobody holds more than whoever leaves last, so it stays known, and may lead.
   */
  static Optional<PartitionImage> doubted(
      PartitionImage before, int broker, Eligibility eligibility) {
    if (!before.countsOn(broker)) {
      return Optional.empty();
    }
    PartitionImage after = left(before, broker, false, eligibility);
    return Optional.of(after.isHeldByNobody() ? after.knownLast(broker) : after);
  }

  /** The row led by another in-sync replica; empty when the broker does not lead or none can. */
  static Optional<PartitionImage> handedOver(
      PartitionImage before, int broker, Eligibility eligibility) {
    if (before.leader() != broker) {
      return Optional.empty();
    }
    int leader = anyOf(before.isr(), before, eligibility);
    return leader == PartitionImage.NO_LEADER
        ? Optional.empty()
        : Optional.of(
            ReassignmentRules.completed(led(before.raised(), leader, eligibility), eligibility));
  }

  /** The row, led by another in-sync replica if the broker leads it and one can; not raised. */
  static PartitionImage ledByAnother(PartitionImage row, int broker, Eligibility eligibility) {
    int leader =
        row.leader() == broker
            ? anyOf(row.isr(), row, eligibility.without(broker))
            : PartitionImage.NO_LEADER;
    return leader == PartitionImage.NO_LEADER ? row : led(row, leader, eligibility);
  }

  private static PartitionImage left(
      PartitionImage before, int broker, boolean stillEligible, Eligibility eligibility) {
    List<Integer> isr = without(before.isr(), broker);
    List<Integer> elr = List.of();
    if (isr.size() < eligibility.minInsync()) {
      elr =
          before.replicas().stream()
              .filter(r -> r == broker ? stillEligible : before.elr().contains(r))
              .toList();
    }
    PartitionImage shrunk = before.raised().with(isr, elr);
    PartitionImage led =
        before.leader() == broker
            ? led(shrunk, anyEligible(shrunk, eligibility), eligibility)
            : shrunk;
    return ReassignmentRules.completed(led, eligibility);
  }

  /** The row after an election of a leaderless partition; empty when nobody eligible may lead. */
  static Optional<PartitionImage> elected(PartitionImage before, Eligibility eligibility) {
    if (before.hasLeader()) {
      return Optional.empty();
    }
    int leader = anyEligible(before, eligibility);
    return leader == PartitionImage.NO_LEADER
        ? Optional.empty()
        : Optional.of(
            ReassignmentRules.completed(led(before.raised(), leader, eligibility), eligibility));
  }

  /**
   * The row of a leaderless partition that nobody eligible may lead, led by a replica that is up;
   * empty when there is a better one, or none. Those that were there before a move come first: who
   * is being added may have nothing. What others hold beyond it counts no more, so they are not
   * eligible any more (replication rule 5).
   */
  static Optional<PartitionImage> electedUncleanly(PartitionImage before, Eligibility eligibility) {
    if (before.hasLeader() || anyEligible(before, eligibility) != PartitionImage.NO_LEADER) {
      return Optional.empty();
    }
    return Stream.concat(before.reassignment().origin().stream(), before.replicas().stream())
        .filter(eligibility::mayLead)
        .findFirst()
        .map(leader -> before.raised().led(leader).with(List.of(leader), List.of()))
        .map(row -> ReassignmentRules.completed(row, eligibility));
  }

  /** The row led by its preferred leader; empty when that leads already or cannot. */
  static Optional<PartitionImage> preferred(PartitionImage before, Eligibility eligibility) {
    int preferred = before.replicas().getFirst();
    return canBePreferred(before, eligibility)
        ? Optional.of(
            ReassignmentRules.completed(led(before.raised(), preferred, eligibility), eligibility))
        : Optional.empty();
  }

  /** Whether the preferred leader does not lead, and could: it is in sync and may. */
  static boolean canBePreferred(PartitionImage row, Eligibility eligibility) {
    int preferred = row.replicas().getFirst();
    return row.leader() != preferred
        && row.isr().contains(preferred)
        && eligibility.mayLead(preferred);
  }

  /**
   * The row with other in-sync replicas, the leader among them. Who leaves while fewer than
   * min.insync.replicas are left holds all that is committed, and becomes eligible (KIP-966).
   */
  static PartitionImage inSync(
      PartitionImage before, Set<Integer> brokers, Eligibility eligibility) {
    List<Integer> isr = before.replicas().stream().filter(brokers::contains).toList();
    List<Integer> elr = List.of();
    if (isr.size() < eligibility.minInsync()) {
      elr =
          before.replicas().stream()
              .filter(r -> before.isr().contains(r) || before.elr().contains(r))
              .filter(r -> !brokers.contains(r))
              .toList();
    }
    return ReassignmentRules.completed(before.raised().with(isr, elr), eligibility);
  }

  /** The row without eligible leader replicas. */
  static PartitionImage withoutEligible(PartitionImage before) {
    return before.raised().with(before.isr(), List.of());
  }

  /**
   * From the ISR, else from the ELR, in the order of the replicas; where both are empty, the last
   * known leader. Never from anywhere else.
   */
  static int anyEligible(PartitionImage partition, Eligibility eligibility) {
    if (partition.isHeldByNobody()) {
      boolean may =
          partition.hasLastKnownLeader() && eligibility.mayLead(partition.lastKnownLeader());
      return may ? partition.lastKnownLeader() : PartitionImage.NO_LEADER;
    }
    int inSync = anyOf(partition.isr(), partition, eligibility);
    return inSync == PartitionImage.NO_LEADER
        ? anyOf(partition.elr(), partition, eligibility)
        : inSync;
  }

  private static int anyOf(
      List<Integer> eligible, PartitionImage partition, Eligibility eligibility) {
    for (int broker : partition.replicas()) {
      if (eligible.contains(broker) && eligibility.mayLead(broker)) {
        return broker;
      }
    }
    return PartitionImage.NO_LEADER;
  }

  /**
   * The row under another leader, in the next leader epoch. One from the ELR is in sync again, and
   * so is the last known leader; if it suffices, records are committed that the other eligible
   * replicas do not hold, and they are eligible no more (replication rule 4).
   */
  static PartitionImage led(PartitionImage row, int leader, Eligibility eligibility) {
    PartitionImage led = row.led(leader);
    if (leader == PartitionImage.NO_LEADER || row.isr().contains(leader)) {
      return led;
    }
    List<Integer> isr = with(row, leader);
    boolean suffices = isr.size() >= eligibility.minInsync();
    return led.with(isr, suffices ? List.of() : without(row.elr(), leader));
  }

  private static List<Integer> without(List<Integer> brokers, int broker) {
    return brokers.stream().filter(b -> b != broker).toList();
  }

  /** The in-sync replicas and one more, in the order of the replicas. */
  private static List<Integer> with(PartitionImage row, int broker) {
    return row.replicas().stream().filter(r -> r == broker || row.isr().contains(r)).toList();
  }
}
