package dev.milena.broker.core;

import dev.milena.records.RecordHeader;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record in the clear, on its way in or out.
 *
 * <p>Key and value may each be null, which is not the same as empty: ask {@link #hasKey} first. The
 * buffers are shared, not copied: read them through a duplicate or with absolute gets.
 */
public final class PlainRecord {
  /** The offset of a record that has none yet. */
  public static final long NO_OFFSET = -1;

  /** The time of a record that takes the broker's clock at arrival. */
  public static final long NOW = Long.MIN_VALUE;

  private final long offset;
  private final long timestampMs;
  private final @Nullable ByteBuffer key;
  private final @Nullable ByteBuffer value;
  private final List<RecordHeader> headers;

  /**
   * A stored record.
   *
   * @param offset its offset, or {@link #NO_OFFSET}
   * @param timestampMs milliseconds since 1970, or {@link #NOW}
   */
  public PlainRecord(
      long offset,
      long timestampMs,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      List<RecordHeader> headers) {
    this.offset = offset;
    this.timestampMs = timestampMs;
    this.key = key;
    this.value = value;
    this.headers = List.copyOf(headers);
  }

  /** The offset, or {@link #NO_OFFSET}. */
  public long offset() {
    return offset;
  }

  /** Milliseconds since 1970, or {@link #NOW}. */
  public long timestampMs() {
    return timestampMs;
  }

  /** Whether the key is something other than null. */
  public boolean hasKey() {
    return key != null;
  }

  /** The key's bytes; {@link IllegalStateException} when it is null. */
  public ByteBuffer key() {
    return present(key);
  }

  /** Whether the value is something other than null. */
  public boolean hasValue() {
    return value != null;
  }

  /** The value's bytes; {@link IllegalStateException} when it is null. */
  public ByteBuffer value() {
    return present(value);
  }

  /** The headers in their order; keys may repeat. */
  public List<RecordHeader> headers() {
    return headers;
  }

  private static ByteBuffer present(@Nullable ByteBuffer bytes) {
    if (bytes == null) {
      throw new IllegalStateException("null was asked for its bytes");
    }
    return bytes;
  }
}
