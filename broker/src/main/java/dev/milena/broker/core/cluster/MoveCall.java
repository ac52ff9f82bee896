package dev.milena.broker.core.cluster;

import dev.milena.broker.core.Caller;
import java.util.List;
import java.util.OptionalInt;

/**
 * Moves replicas of partitions to other brokers, or calls moves back; all or nothing.
 *
 * @param caller who asks
 * @param timeoutMs how long to wait for the quorum, in milliseconds
 */
public record MoveCall(Caller caller, List<Wanted> moves, int timeoutMs) {
  /** Copies the list. */
  public MoveCall {
    moves = List.copyOf(moves);
  }

  /** One of them. */
  public sealed interface Wanted {
    /** The topic's name, unchecked. */
    String topic();

    /**
     * A partition shall be on these brokers.
     *
     * @param replicas broker ids, the preferred leader first; unchecked
     */
    record To(String topic, int partition, List<Integer> replicas) implements Wanted {
      /** Copies the list. */
      public To {
        replicas = List.copyOf(replicas);
      }
    }

    /**
     * What moves goes back to where it was.
     *
     * @param partition which; empty: all of the topic that move
     */
    record Back(String topic, OptionalInt partition) implements Wanted {}
  }
}
