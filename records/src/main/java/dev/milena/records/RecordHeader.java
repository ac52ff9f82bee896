package dev.milena.records;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A named value that travels with a record. The value may be null, which is not the same as empty.
 *
 * <p>One that a {@link RecordCursor} handed out looks into the cursor's bytes and lives as long as
 * they do.
 */
public final class RecordHeader {
  private final ByteBuffer keyUtf8;
  private final @Nullable ByteBuffer value;

  RecordHeader(ByteBuffer keyUtf8, @Nullable ByteBuffer value) {
    this.keyUtf8 = keyUtf8;
    this.value = value;
  }

  /**
   * A header with a value.
   *
   * @param value from position to limit; looked at, not copied
   */
  public static RecordHeader of(String key, ByteBuffer value) {
    return new RecordHeader(utf8(key), value.slice());
  }

  /** A header whose value is null. */
  public static RecordHeader ofNull(String key) {
    return new RecordHeader(utf8(key), null);
  }

  /** The name. Bytes that are no UTF-8 are shown as the replacement character. */
  public String key() {
    return StandardCharsets.UTF_8.decode(keyUtf8()).toString();
  }

  /** The name as it is stored: a view, positioned at the front. */
  public ByteBuffer keyUtf8() {
    return keyUtf8.duplicate();
  }

  /** Whether the value is something else than null. */
  public boolean hasValue() {
    return value != null;
  }

  /**
   * The value: a view, positioned at the front.
   *
   * @throws IllegalStateException when {@link #hasValue} is false
   */
  public ByteBuffer value() {
    if (value == null) {
      throw new IllegalStateException("the header's value is null");
    }
    return value.duplicate();
  }

  /** Bytes in a batch: two lengths, the name and the value. */
  int sizeInBytes() {
    return Varints.sizeOf(keyUtf8.remaining()) + keyUtf8.remaining() + Varints.sizeOfData(value);
  }

  /** Writes the header as it lies in a record. */
  void putInto(ByteBuffer out) {
    Varints.putData(out, keyUtf8);
    Varints.putData(out, value);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RecordHeader that
        && keyUtf8.equals(that.keyUtf8)
        && Objects.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(keyUtf8, value);
  }

  @Override
  public String toString() {
    return key() + (value == null ? "=null" : "=<" + value.remaining() + " bytes>");
  }

  private static ByteBuffer utf8(String key) {
    return ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8));
  }
}
