package dev.milena.replication;

/**
 * How far a log reaches with records of one leader epoch and those before it (KIP-101, KIP-279).
 *
 * @param epoch the newest one of the log that is not newer than the one that was asked for, or
 *     {@link PartitionFacts#NO_EPOCH}
 * @param end where its records end: the start of the next epoch, or the log's end
 */
public record EpochReach(int epoch, long end) {
  /** Of a log that has nothing so old. */
  public static final EpochReach NONE = new EpochReach(PartitionFacts.NO_EPOCH, -1);
}
