package dev.milena.broker.core.hosting;

import dev.milena.broker.core.copy.ReplicaLinks;
import dev.milena.metadata.PartitionId;

/** The way to the quorum of partitions that nobody else holds: they have nothing to say there. */
final class NobodyFollows implements IsrRequests {
  /** Ways to leaders that nobody needs. */
  static ReplicaLinks links() {
    return new ReplicaLinks(
        (leader, ear) -> {
          throw new AssertionError("nobody leads but this broker");
        },
        (delayMs, run) -> {
          throw new AssertionError("nothing is tried again");
        });
  }

  @Override
  public void want(Wanted wanted) {
    throw new AssertionError("nobody follows: " + wanted);
  }

  @Override
  public void lost(PartitionId partition, int partitionEpoch) {
    throw new AssertionError("nobody else holds " + partition);
  }
}
