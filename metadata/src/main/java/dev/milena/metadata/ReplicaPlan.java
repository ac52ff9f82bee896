package dev.milena.metadata;

import java.util.List;

/** How many replicas each partition of a new topic gets, and on which brokers. */
public sealed interface ReplicaPlan {
  /** So many replicas, placed by the cluster. */
  record Factor(int replicationFactor) implements ReplicaPlan {}

  /**
   * As many as the cluster's rule says: {@code min(3, max(votersConfigured, brokers registered))},
   * fenced brokers included; refused while fewer are up.
   *
   * @param votersConfigured how many voters the settings of the asking node name
   */
  record ByRule(int votersConfigured) implements ReplicaPlan {}

  /**
   * Exactly these brokers.
   *
   * @param replicas for each partition, from 0 on, its brokers; the first is the preferred leader
   */
  record Assigned(List<List<Integer>> replicas) implements ReplicaPlan {
    public Assigned {
      replicas = replicas.stream().map(List::copyOf).toList();
    }
  }
}
