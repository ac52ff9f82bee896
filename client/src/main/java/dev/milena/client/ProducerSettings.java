package dev.milena.client;

import dev.milena.records.Compression;

/**
 * How a producer gathers, sends and repeats.
 *
 * @param acks when a write counts as done
 * @param compression of whole batches
 * @param lingerMs how long a batch waits for more records, in milliseconds; 0: as long as the
 *     partition's request before it is under way, and no longer
 * @param batchBytes a batch is closed at this size, before compression; one record may be larger
 * @param requestBytes batches of one partition that wait are sent together up to this size
 * @param bufferBytes what may wait or be under way in all; beyond it, sending blocks
 * @param timing the time limits
 */
public record ProducerSettings(
    Acks acks,
    Compression compression,
    int lingerMs,
    int batchBytes,
    int requestBytes,
    int bufferBytes,
    Timing timing) {
  private static final int DEFAULT_LINGER_MS = 5;
  private static final int DEFAULT_BATCH_BYTES = 64 << 10;
  private static final int DEFAULT_REQUEST_BYTES = 1 << 20;
  private static final int DEFAULT_BUFFER_BYTES = 32 << 20;
  private static final int LEAST_BATCH_BYTES = 1 << 10;

  /**
   * Time limits, in milliseconds.
   *
   * @param maxBlockMs how long {@link Producer#send} may wait for room in the buffer
   * @param deliveryTimeoutMs from sending to acknowledgement, all attempts included
   * @param requestTimeoutMs for one attempt, at most 300,000
   */
  public record Timing(int maxBlockMs, int deliveryTimeoutMs, int requestTimeoutMs) {
    private static final Timing DEFAULTS = new Timing(60_000, 120_000, 30_000);
    private static final int MAX_REQUEST_TIMEOUT_MS = 300_000;

    /** Checks the bounds. */
    public Timing {
      if (maxBlockMs < 0 || deliveryTimeoutMs < 1) {
        throw new IllegalArgumentException(
            "maxBlockMs is at least 0, deliveryTimeoutMs at least 1");
      }
      if (requestTimeoutMs < 1 || requestTimeoutMs > MAX_REQUEST_TIMEOUT_MS) {
        throw new IllegalArgumentException(
            "requestTimeoutMs is 1 to " + MAX_REQUEST_TIMEOUT_MS + ", got " + requestTimeoutMs);
      }
    }
  }

  /** Checks the bounds. */
  public ProducerSettings {
    if (lingerMs < 0) {
      throw new IllegalArgumentException("lingerMs is at least 0, got " + lingerMs);
    }
    if (batchBytes < LEAST_BATCH_BYTES || requestBytes < batchBytes || bufferBytes < requestBytes) {
      throw new IllegalArgumentException(
          "1024 <= batchBytes <= requestBytes <= bufferBytes, got "
              + batchBytes
              + ", "
              + requestBytes
              + ", "
              + bufferBytes);
    }
  }

  /**
   * acks=all, no compression, 5 ms linger, batches of 64 KiB, requests of 1 MiB, 32 MiB buffered;
   * 60 s to wait for room, 30 s an attempt, 120 s in all.
   */
  public static ProducerSettings defaults() {
    return new ProducerSettings(
        Acks.ALL,
        Compression.NONE,
        DEFAULT_LINGER_MS,
        DEFAULT_BATCH_BYTES,
        DEFAULT_REQUEST_BYTES,
        DEFAULT_BUFFER_BYTES,
        Timing.DEFAULTS);
  }

  /** With other acks. */
  public ProducerSettings withAcks(Acks other) {
    return new ProducerSettings(
        other, compression, lingerMs, batchBytes, requestBytes, bufferBytes, timing);
  }

  /**
   * With compressed batches.
   *
   * @param name none, gzip, snappy, lz4 or zstd
   * @throws IllegalArgumentException for any other name
   */
  public ProducerSettings withCompression(String name) {
    Compression other =
        Compression.named(name)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "compression is none, gzip, snappy, lz4 or zstd, got \"" + name + "\""));
    return new ProducerSettings(
        acks, other, lingerMs, batchBytes, requestBytes, bufferBytes, timing);
  }

  /** With another time to gather. */
  public ProducerSettings withLingerMs(int ms) {
    return new ProducerSettings(
        acks, compression, ms, batchBytes, requestBytes, bufferBytes, timing);
  }

  /** With other sizes. */
  public ProducerSettings withBytes(int batch, int request, int buffer) {
    return new ProducerSettings(acks, compression, lingerMs, batch, request, buffer, timing);
  }

  /** With other time limits. */
  public ProducerSettings withTiming(int maxBlockMs, int deliveryTimeoutMs, int requestTimeoutMs) {
    return new ProducerSettings(
        acks,
        compression,
        lingerMs,
        batchBytes,
        requestBytes,
        bufferBytes,
        new Timing(maxBlockMs, deliveryTimeoutMs, requestTimeoutMs));
  }
}
