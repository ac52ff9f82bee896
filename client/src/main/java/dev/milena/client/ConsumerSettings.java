package dev.milena.client;

/**
 * How a consumer reads.
 *
 * @param minBytes a broker gathers so many bytes for an answer, for {@code maxWaitMs} at most
 * @param maxBytes of stored batches an answer, 1 to 8 MiB; one whole batch comes even if larger
 * @param maxWaitMs how often a broker says that there is nothing new, in milliseconds; a broker
 *     that says nothing for twice as long and 5 s is taken for gone
 * @param answersAhead how many answers of each partition may wait for the reader; with maxBytes it
 *     bounds what a slow reader holds
 * @param maxRecordBytes the largest record read out of a compressed batch
 */
public record ConsumerSettings(
    int minBytes, int maxBytes, int maxWaitMs, int answersAhead, int maxRecordBytes) {
  private static final int MAX_ANSWER_BYTES = 8 << 20;
  private static final int MAX_WAIT_MS = 300_000;

  /** Checks the bounds. */
  public ConsumerSettings {
    if (maxBytes < 1 || maxBytes > MAX_ANSWER_BYTES || minBytes < 1 || minBytes > maxBytes) {
      throw new IllegalArgumentException(
          "1 <= minBytes <= maxBytes <= 8 MiB, got " + minBytes + " and " + maxBytes);
    }
    if (maxWaitMs < 1 || maxWaitMs > MAX_WAIT_MS) {
      throw new IllegalArgumentException("maxWaitMs is 1 to 300,000, got " + maxWaitMs);
    }
    if (answersAhead < 1 || maxRecordBytes < 1) {
      throw new IllegalArgumentException("answersAhead and maxRecordBytes are at least 1");
    }
  }

  /** At once, 1 MiB an answer, 2 answers ahead, a sign of life every 5 s, records to 128 MiB. */
  public static ConsumerSettings defaults() {
    return new ConsumerSettings(1, 1 << 20, 5_000, 2, 128 << 20);
  }

  /** With other bounds for memory. */
  public ConsumerSettings withMemory(int maxAnswerBytes, int ahead) {
    return new ConsumerSettings(
        Math.min(minBytes, maxAnswerBytes), maxAnswerBytes, maxWaitMs, ahead, maxRecordBytes);
  }

  /** With another time between signs of life. */
  public ConsumerSettings withMaxWaitMs(int ms) {
    return new ConsumerSettings(minBytes, maxBytes, ms, answersAhead, maxRecordBytes);
  }
}
