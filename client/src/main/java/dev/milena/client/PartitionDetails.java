package dev.milena.client;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a partition is led and kept; brokers by id.
 *
 * @param leader empty while there is none
 * @param replicas the first is the preferred leader
 * @param eligible who may lead beside those in sync
 * @param move of its replicas, while one is under way
 */
public record PartitionDetails(
    int partition,
    OptionalInt leader,
    int leaderEpoch,
    List<Integer> replicas,
    List<Integer> isr,
    Eligible eligible,
    Optional<Move> move) {
  /** Copies the lists. */
  public PartitionDetails {
    replicas = List.copyOf(replicas);
    isr = List.copyOf(isr);
  }

  /** See {@link Eligible#elr}. */
  public List<Integer> elr() {
    return eligible.elr();
  }

  /** See {@link Eligible#lastKnownLeader}. */
  public OptionalInt lastKnownLeader() {
    return eligible.lastKnownLeader();
  }

  /**
   * Who may lead a partition where nobody in sync can.
   *
   * @param elr eligible leader replicas (KIP-966); mostly empty
   * @param lastKnownLeader who may lead when it comes back, where nobody is in sync or eligible;
   *     mostly empty
   */
  public record Eligible(List<Integer> elr, OptionalInt lastKnownLeader) {
    /** Copies the list. */
    public Eligible {
      elr = List.copyOf(elr);
    }
  }

  /** Where its replicas shall be when nothing moves any more. */
  public List<Integer> target() {
    return move.map(Move::target).orElse(replicas);
  }

  /**
   * Replicas on their way to other brokers; the partition has those of both sides meanwhile.
   *
   * @param target where they shall be, the preferred leader first
   * @param adding those that come to it
   * @param removing those that leave it when it is over
   */
  public record Move(List<Integer> target, List<Integer> adding, List<Integer> removing) {
    /** Copies the lists. */
    public Move {
      target = List.copyOf(target);
      adding = List.copyOf(adding);
      removing = List.copyOf(removing);
    }
  }
}
