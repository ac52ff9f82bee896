package dev.milena.broker.core.hosting;

import dev.milena.replication.PartitionFacts;
import dev.milena.replication.ReplicaSet;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Whom to ask for a batch that a disk has changed, and in which order. Pure. */
final class MendingOrder {
  private MendingOrder() {}

  /**
   * The leader first, who has everything; then who is in sync; then the others, who may have it.
   *
   * @param self is not asked
   */
  static List<Integer> of(PartitionFacts facts, int self) {
    Set<Integer> order = new LinkedHashSet<>();
    if (facts.leader() != PartitionFacts.NO_LEADER) {
      order.add(facts.leader());
    }
    addAll(facts.isr(), order);
    addAll(facts.replicas(), order);
    order.remove(self);
    return new ArrayList<>(order);
  }

  private static void addAll(ReplicaSet replicas, Set<Integer> order) {
    for (int i = 0; i < replicas.size(); i++) {
      order.add(replicas.id(i));
    }
  }
}
