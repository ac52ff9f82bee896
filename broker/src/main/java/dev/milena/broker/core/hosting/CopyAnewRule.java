package dev.milena.broker.core.hosting;

import dev.milena.replication.PartitionFacts;

/** When a log that was found damaged may go, to be copied anew from its leader. Pure. */
final class CopyAnewRule {
  private CopyAnewRule() {}

  /**
   * Nobody counts on it any more, and without it as many have everything as an acknowledgement asks
   * for: what is whole of it is of no use then. Until that is so it stays as it is, for a person,
   * or for the day on which it is the only one.
   */
  static boolean allows(PartitionFacts facts, int self) {
    return facts.leader() != PartitionFacts.NO_LEADER
        && facts.leader() != self
        && facts.replicas().contains(self)
        && !facts.isr().contains(self)
        && facts.isr().size() >= facts.minInsync();
  }
}
