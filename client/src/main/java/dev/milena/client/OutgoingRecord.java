package dev.milena.client;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A record to be written. The buffers are read from position to limit before {@link Producer#send}
 * returns, and left as they are.
 *
 * @param partition empty: by the key, as Kafka's clients choose (murmur2); without a key the
 *     producer stays with one partition for about a batch and then goes on to another
 * @param key null is not the same as empty
 * @param value null marks a key as deleted on a compacted topic
 * @param timestampMs since 1970, or {@link #NOW}
 */
public record OutgoingRecord(
    String topic,
    OptionalInt partition,
    @Nullable ByteBuffer key,
    @Nullable ByteBuffer value,
    List<Header> headers,
    long timestampMs) {
  /** The clock's time when the record is sent. */
  public static final long NOW = -1;

  /** Copies the list. */
  public OutgoingRecord {
    headers = List.copyOf(headers);
  }

  /** A value alone. */
  public static OutgoingRecord of(String topic, ByteBuffer value) {
    return new OutgoingRecord(topic, OptionalInt.empty(), null, value, List.of(), NOW);
  }

  /** A key and a value. */
  public static OutgoingRecord of(String topic, ByteBuffer key, ByteBuffer value) {
    return new OutgoingRecord(topic, OptionalInt.empty(), key, value, List.of(), NOW);
  }

  /** The same, to one partition. */
  public OutgoingRecord to(int target) {
    return new OutgoingRecord(topic, OptionalInt.of(target), key, value, headers, timestampMs);
  }
}
