package dev.milena.metadata;

import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * How a partition's row changes when a broker goes, comes or should lead: the quorum's half of
 * replication rules 1, 4 and 5 (KIP-966).
 */
final class PartitionRules {
  private PartitionRules() {}

  /**
   * The row after a broker went down; empty when it was neither in sync nor leading.
   *
   * <p>It leaves the ISR. While the ISR is smaller than min.insync.replicas nothing new is
   * committed, so whoever leaves then still holds all that is, and becomes eligible (ELR).
   *
   * @param mayLead tells which brokers may lead; not the one that went
   */
  static Optional<PartitionImage> gone(
      PartitionImage before, int broker, int minInsync, IntPredicate mayLead) {
    boolean inSync = before.isr().contains(broker);
    return inSync || before.leader() == broker
        ? Optional.of(left(before, broker, inSync, minInsync, mayLead))
        : Optional.empty();
  }

  /**
   * The row after a broker lost what it held of the partition; empty when it was not counted on.
   * Other than one that went down, it leaves the ELR too (replication rule 7).
   *
   * @param mayLead tells which brokers may lead; not the one that lost it
   */
  static Optional<PartitionImage> lost(
      PartitionImage before, int broker, int minInsync, IntPredicate mayLead) {
    boolean countedOn =
        before.isr().contains(broker) || before.elr().contains(broker) || before.leader() == broker;
    return countedOn
        ? Optional.of(left(before, broker, false, minInsync, mayLead))
        : Optional.empty();
  }

  /** The row led by another in-sync replica; empty when the broker does not lead or none can. */
  static Optional<PartitionImage> handedOver(
      PartitionImage before, int broker, IntPredicate mayLead) {
    int leader = anyOf(before.isr(), before, mayLead);
    return before.leader() == broker && leader != PartitionImage.NO_LEADER
        ? Optional.of(led(before.raised(), leader))
        : Optional.empty();
  }

  private static PartitionImage left(
      PartitionImage before,
      int broker,
      boolean stillEligible,
      int minInsync,
      IntPredicate mayLead) {
    List<Integer> isr = without(before.isr(), broker);
    List<Integer> elr = List.of();
    if (isr.size() < minInsync) {
      elr =
          before.replicas().stream()
              .filter(r -> r == broker ? stillEligible : before.elr().contains(r))
              .toList();
    }
    PartitionImage shrunk = before.raised().with(isr, elr);
    return before.leader() == broker ? led(shrunk, anyEligible(shrunk, mayLead)) : shrunk;
  }

  /** The row after an election of a leaderless partition; empty when nobody eligible may lead. */
  static Optional<PartitionImage> elected(PartitionImage before, IntPredicate mayLead) {
    int leader = anyEligible(before, mayLead);
    return before.hasLeader() || leader == PartitionImage.NO_LEADER
        ? Optional.empty()
        : Optional.of(led(before.raised(), leader));
  }

  /** The row led by its preferred leader; empty when that leads already or is not in sync and up */
  static Optional<PartitionImage> preferred(PartitionImage before, IntPredicate mayLead) {
    int preferred = before.replicas().getFirst();
    boolean possible =
        before.leader() != preferred && before.isr().contains(preferred) && mayLead.test(preferred);
    return possible ? Optional.of(led(before.raised(), preferred)) : Optional.empty();
  }

  /** The row without eligible leader replicas. */
  static PartitionImage withoutEligible(PartitionImage before) {
    return before.raised().with(before.isr(), List.of());
  }

  /** From the ISR, else from the ELR, in the order of the replicas; never from anywhere else. */
  private static int anyEligible(PartitionImage partition, IntPredicate mayLead) {
    int inSync = anyOf(partition.isr(), partition, mayLead);
    return inSync == PartitionImage.NO_LEADER ? anyOf(partition.elr(), partition, mayLead) : inSync;
  }

  private static int anyOf(List<Integer> eligible, PartitionImage partition, IntPredicate mayLead) {
    for (int broker : partition.replicas()) {
      if (eligible.contains(broker) && mayLead.test(broker)) {
        return broker;
      }
    }
    return PartitionImage.NO_LEADER;
  }

  /** The row under another leader, in the next leader epoch; one from the ELR is in sync again. */
  private static PartitionImage led(PartitionImage row, int leader) {
    PartitionImage led = row.led(leader);
    boolean fromElr = leader != PartitionImage.NO_LEADER && !row.isr().contains(leader);
    return fromElr ? led.with(with(row, leader), without(row.elr(), leader)) : led;
  }

  private static List<Integer> without(List<Integer> brokers, int broker) {
    return brokers.stream().filter(b -> b != broker).toList();
  }

  /** The in-sync replicas and one more, in the order of the replicas. */
  private static List<Integer> with(PartitionImage row, int broker) {
    return row.replicas().stream().filter(r -> r == broker || row.isr().contains(r)).toList();
  }
}
