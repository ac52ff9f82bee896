package dev.milena.client;

import java.util.List;
import java.util.OptionalInt;

/** What shall become of a partition's replicas. */
public sealed interface ReplicaMove {
  /**
   * They shall be on these brokers.
   *
   * @param replicas broker ids, the preferred leader first
   */
  record To(TopicPartition where, List<Integer> replicas) implements ReplicaMove {
    /** Copies the list. */
    public To {
      replicas = List.copyOf(replicas);
    }
  }

  /**
   * They go back to where they were before the move that is under way.
   *
   * @param partition of the topic; empty: all of it that move
   */
  record Back(String topic, OptionalInt partition) implements ReplicaMove {}
}
