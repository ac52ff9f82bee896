package dev.milena.metadata;

import java.util.List;

/** Where the replicas of some partitions go, or why they cannot. */
sealed interface Placement {
  /** For each partition its brokers, the preferred leader first. */
  record Placed(List<List<Integer>> replicas) implements Placement {}

  record Impossible(RefusalReason reason, String message) implements Placement {}
}
