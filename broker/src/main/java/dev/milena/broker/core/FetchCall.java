package dev.milena.broker.core;

/**
 * One read of one partition.
 *
 * @param caller who asks
 * @param where the partition
 * @param start where to begin
 * @param form what the answer holds
 * @param bounds how much and how long
 */
public record FetchCall(
    Caller caller, PartitionName where, FetchStart start, FetchForm form, Bounds bounds) {

  /** What a fetch answers with. */
  public enum FetchForm {
    /** The stored batches, read into memory by a reader thread. */
    BATCHES,
    /** Decoded records, read and decompressed by a reader thread, output capped. */
    RECORDS
  }

  /**
   * How much and how long.
   *
   * @param minBytes answer when so many bytes of batches can be read; at least 0
   * @param maxBytes at most so many bytes of stored batches; a first batch that is larger comes
   *     whole (KIP-74)
   * @param maxWaitMs how long to wait for {@code minBytes}; 0 does not wait
   */
  public record Bounds(int minBytes, int maxBytes, int maxWaitMs) {
    /** The most bytes of stored batches in one answer. */
    public static final int MAX_BYTES = 8 << 20;

    /** The longest wait, in milliseconds. */
    public static final int MAX_WAIT_MS = 300_000;
  }
}
