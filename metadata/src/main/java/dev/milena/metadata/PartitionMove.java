package dev.milena.metadata;

import java.util.List;

/** Where the replicas of one partition shall be. */
public record PartitionMove(PartitionId partition, Aim aim) {
  /** What is wanted. */
  public sealed interface Aim {
    /**
     * On these brokers.
     *
     * @param replicas the preferred leader first
     */
    record Target(List<Integer> replicas) implements Aim {
      public Target {
        replicas = List.copyOf(replicas);
      }
    }

    /** Where they were before the move that is under way; nothing when none is. */
    record Cancel() implements Aim {}
  }
}
