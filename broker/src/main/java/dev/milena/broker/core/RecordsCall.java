package dev.milena.broker.core;

import java.util.List;

/**
 * Records in the clear to be stored; the core chooses partitions and builds the batches.
 *
 * @param caller who asks
 * @param topic the topic's name
 * @param partition counted from 0, or {@link #BY_KEY}
 * @param acks when the answer is given
 * @param timeoutMs as in {@link ProduceCall}
 * @param records at least 1 and at most {@link #MAX_RECORDS}
 */
public record RecordsCall(
    Caller caller,
    String topic,
    int partition,
    Acks acks,
    int timeoutMs,
    List<PlainRecord> records) {
  /**
   * Each record goes where its key says (Kafka's murmur2); those without a key go together to one
   * partition of the broker's choice.
   */
  public static final int BY_KEY = -1;

  /** The most records of one call. */
  public static final int MAX_RECORDS = 100_000;

  /** Copies the list, not the bytes. */
  public RecordsCall {
    records = List.copyOf(records);
  }
}
