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
   * @param up tells which brokers may lead; not the one that went
   */
  static Optional<PartitionImage> withoutBroker(
      PartitionImage before, int broker, int minInsync, IntPredicate up) {
    boolean inSync = before.isr().contains(broker);
    if (!inSync && before.leader() != broker) {
      return Optional.empty();
    }
    List<Integer> isr = without(before.isr(), broker);
    List<Integer> elr = List.of();
    if (isr.size() < minInsync) {
      elr =
          before.replicas().stream()
              .filter(r -> before.elr().contains(r) || (r == broker && inSync))
              .toList();
    }
    PartitionImage shrunk = before.raised().with(isr, elr);
    return Optional.of(before.leader() == broker ? led(shrunk, anyEligible(shrunk, up)) : shrunk);
  }

  /** The row after an election of a leaderless partition; empty when nobody eligible is up. */
  static Optional<PartitionImage> elected(PartitionImage before, IntPredicate up) {
    int leader = anyEligible(before, up);
    return before.hasLeader() || leader == PartitionImage.NO_LEADER
        ? Optional.empty()
        : Optional.of(led(before.raised(), leader));
  }

  /**
   * The row led by its preferred leader; empty when that leads already or is not in sync and up.
   */
  static Optional<PartitionImage> preferred(PartitionImage before, IntPredicate up) {
    int preferred = before.replicas().getFirst();
    boolean possible =
        before.leader() != preferred && before.isr().contains(preferred) && up.test(preferred);
    return possible ? Optional.of(led(before.raised(), preferred)) : Optional.empty();
  }

  /** The row without eligible leader replicas. */
  static PartitionImage withoutEligible(PartitionImage before) {
    return before.raised().with(before.isr(), List.of());
  }

  /** From the ISR, else from the ELR, in the order of the replicas; never from anywhere else. */
  private static int anyEligible(PartitionImage partition, IntPredicate up) {
    for (List<Integer> eligible : List.of(partition.isr(), partition.elr())) {
      for (int broker : partition.replicas()) {
        if (eligible.contains(broker) && up.test(broker)) {
          return broker;
        }
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
