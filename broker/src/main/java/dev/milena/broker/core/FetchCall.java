package dev.milena.broker.core;

import java.util.function.BooleanSupplier;

/**
 * One read of one partition.
 *
 * @param caller who asks
 * @param where the partition
 * @param start where to begin
 * @param form what the answer holds
 * @param bounds how much and how long
 * @param gone whether nobody waits for the answer any more; asked on any thread, and must not
 *     block. Such a fetch gives its place to others within a moment when places are short, else
 *     within 10 s, and its answer says so to nobody
 */
public record FetchCall(
    Caller caller,
    PartitionName where,
    FetchStart start,
    FetchForm form,
    Bounds bounds,
    BooleanSupplier gone) {
  /**
   * The most bytes of decoded records in one answer, in whichever form a door writes them: clients
   * of gRPC take 4 MiB unless told otherwise, and few know the switch. One record comes whole even
   * if it is larger. No more of the stored batches is read for it either.
   */
  public static final int MAX_RECORDS_BYTES = 3 << 20;

  /** A read whose answer is waited for to the end. */
  public FetchCall(
      Caller caller, PartitionName where, FetchStart start, FetchForm form, Bounds bounds) {
    this(caller, where, start, form, bounds, () -> false);
  }

  /** The same for somebody who may leave before it is answered. */
  public FetchCall abandonedWhen(BooleanSupplier left) {
    return new FetchCall(caller, where, start, form, bounds, left);
  }

  /** The same from another offset. */
  public FetchCall from(long offset) {
    return new FetchCall(caller, where, new FetchStart.AtOffset(offset), form, bounds, gone);
  }

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
