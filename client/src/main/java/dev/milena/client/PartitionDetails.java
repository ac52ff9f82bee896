package dev.milena.client;

import java.util.List;
import java.util.OptionalInt;

/**
 * Where a partition is led and kept; brokers by id.
 *
 * @param leader empty while there is none
 * @param replicas the first is the preferred leader
 * @param elr eligible leader replicas (KIP-966); mostly empty
 * @param lastKnownLeader who may lead when it comes back, where nobody is in sync or eligible;
 *     mostly empty
 */
public record PartitionDetails(
    int partition,
    OptionalInt leader,
    int leaderEpoch,
    List<Integer> replicas,
    List<Integer> isr,
    List<Integer> elr,
    OptionalInt lastKnownLeader) {
  /** Copies the lists. */
  public PartitionDetails {
    replicas = List.copyOf(replicas);
    isr = List.copyOf(isr);
    elr = List.copyOf(elr);
  }
}
