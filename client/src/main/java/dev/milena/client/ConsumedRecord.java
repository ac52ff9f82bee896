package dev.milena.client;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record that was read, with bytes of its own.
 *
 * @param timestampMs since 1970, the producer's or the broker's, as the topic is set
 * @param key null is not the same as empty
 * @param value null marks a key as deleted on a compacted topic
 */
public record ConsumedRecord(
    TopicPartition partition,
    long offset,
    long timestampMs,
    @Nullable ByteBuffer key,
    @Nullable ByteBuffer value,
    List<Header> headers) {
  /** Copies the list. */
  public ConsumedRecord {
    headers = List.copyOf(headers);
  }
}
