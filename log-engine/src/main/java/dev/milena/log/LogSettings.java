package dev.milena.log;

/**
 * How a log rolls, indexes and forgets. Can be exchanged while the log runs.
 *
 * @param segmentBytes a segment is rolled before it grows beyond this (segment.bytes)
 * @param segmentMs and when its first append is this old (segment.ms)
 * @param index how densely a segment is indexed, and how far
 * @param kept for how long what is kept
 * @param maxBatchBytes the largest batch taken, header included (max.message.bytes)
 * @param timestampType whose clock counts
 */
public record LogSettings(
    int segmentBytes,
    long segmentMs,
    Index index,
    Kept kept,
    int maxBatchBytes,
    TimestampType timestampType) {
  /** For retention: none. */
  public static final long NO_LIMIT = -1;

  /** For retention: nobody knows what time it is, so nothing is too old. */
  public static final long NO_TIME = Long.MIN_VALUE;

  /** Kafka's defaults: 1 GiB, 7 days, 4 KiB, 10 MiB, 7 days, no limit, a day, 1 MiB, 12 bytes. */
  public static final LogSettings DEFAULTS =
      new LogSettings(
          1 << 30,
          7L * 24 * 3600 * 1000,
          new Index(4096, 10 << 20),
          new Kept(7L * 24 * 3600 * 1000, NO_LIMIT, 86_400_000),
          1_048_588,
          TimestampType.CREATE_TIME);

  /** Checks what would make a log that cannot work; topic settings have their own bounds. */
  public LogSettings {
    positive("segmentBytes", segmentBytes);
    positive("segmentMs", segmentMs);
    positive("maxBatchBytes", maxBatchBytes);
  }

  /**
   * How a segment is indexed.
   *
   * @param intervalBytes bytes between two entries (index.interval.bytes)
   * @param maxBytes a segment is rolled before its offset index grows beyond this
   *     (segment.index.bytes)
   */
  public record Index(int intervalBytes, int maxBytes) {
    /** Checks that at least one entry fits. */
    public Index {
      if (intervalBytes < 0) {
        throw new IllegalArgumentException("index intervalBytes is " + intervalBytes);
      }
      if (maxBytes < OffsetIndex.ENTRY_BYTES) {
        throw new IllegalArgumentException("index maxBytes is " + maxBytes);
      }
    }
  }

  /**
   * For how long what is kept.
   *
   * @param ms a segment goes when its newest record is older than this, or {@link #NO_LIMIT}
   *     (retention.ms)
   * @param bytes the oldest segments go while the others hold this much, or {@link #NO_LIMIT}
   *     (retention.bytes)
   * @param producersMs an idempotent producer that was silent for so long is forgotten
   *     (producer.id.expiration.ms)
   */
  public record Kept(long ms, long bytes, long producersMs) {
    /** Checks what would make nothing idempotent. */
    public Kept {
      positive("producersMs", producersMs);
    }
  }

  /** A segment goes when its newest record is older than this, or {@link #NO_LIMIT}. */
  public long retentionMs() {
    return kept.ms();
  }

  /** The oldest segments go while the others hold this much, or {@link #NO_LIMIT}. */
  public long retentionBytes() {
    return kept.bytes();
  }

  /** Bytes between two entries of an index. */
  public int indexIntervalBytes() {
    return index.intervalBytes();
  }

  /** A segment is rolled before its offset index grows beyond this. */
  public int indexMaxBytes() {
    return index.maxBytes();
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " is " + value + ", must be positive");
    }
  }

  /** The same, with other retention. */
  public LogSettings withRetention(long ms, long bytes) {
    return with(new Kept(ms, bytes, kept.producersMs()));
  }

  /** The same, with producers forgotten sooner or later. */
  public LogSettings withProducersKept(long ms) {
    return with(new Kept(kept.ms(), kept.bytes(), ms));
  }

  private LogSettings with(Kept other) {
    return new LogSettings(segmentBytes, segmentMs, index, other, maxBatchBytes, timestampType);
  }
}
