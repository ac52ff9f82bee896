package dev.milena.broker.core.hosting;

import dev.milena.metadata.PartitionId;

/** The way to the quorum of partitions that nobody else holds: they have nothing to say there. */
final class NobodyFollows implements IsrRequests {
  @Override
  public void want(Wanted wanted) {
    throw new AssertionError("nobody follows: " + wanted);
  }

  @Override
  public void lost(PartitionId partition, int partitionEpoch) {
    throw new AssertionError("nobody else holds " + partition);
  }
}
