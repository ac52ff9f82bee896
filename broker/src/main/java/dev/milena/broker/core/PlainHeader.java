package dev.milena.broker.core;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A named value beside a record. The value may be null, which is not the same as empty. */
public final class PlainHeader {
  private final String name;
  private final @Nullable ByteBuffer value;

  /** A header; the buffer is shared, not copied. */
  public PlainHeader(String name, @Nullable ByteBuffer value) {
    this.name = name;
    this.value = value;
  }

  /** The header's key; may be empty. */
  public String name() {
    return name;
  }

  /** Whether the value is something other than null. */
  public boolean hasValue() {
    return value != null;
  }

  /** The value's bytes; {@link IllegalStateException} when it is null. */
  public ByteBuffer value() {
    return present(value);
  }

  static ByteBuffer present(@Nullable ByteBuffer bytes) {
    if (bytes == null) {
      throw new IllegalStateException("null was asked for its bytes");
    }
    return bytes;
  }
}
