package dev.milena.records;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Signed numbers of variable length as records use them: zigzag, then seven bits a byte, lowest
 * first (protobuf's sint32 and sint64). The reading side is in {@link RecordLayout}.
 */
final class Varints {
  /** A 32-bit number takes at most so many bytes. */
  static final int MAX_INT_BYTES = 5;

  /** A 64-bit number takes at most so many bytes. */
  static final int MAX_LONG_BYTES = 10;

  private Varints() {}

  /** Bytes that a number takes. */
  static int sizeOf(long value) {
    long zigzag = zigzag(value);
    return (Long.SIZE + 6 - Long.numberOfLeadingZeros(zigzag | 1)) / 7;
  }

  /** Bytes of a length and what it counts; null is the length -1. */
  static int sizeOfData(@Nullable ByteBuffer data) {
    return data == null ? 1 : sizeOf(data.remaining()) + data.remaining();
  }

  /** Writes a number; 32-bit ones have the same form. */
  static void put(ByteBuffer out, long value) {
    long rest = zigzag(value);
    while ((rest & ~0x7fL) != 0) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  /** Writes a length and the bytes from position to limit, which stay as they are. */
  static void putData(ByteBuffer out, @Nullable ByteBuffer data) {
    if (data == null) {
      put(out, -1);
      return;
    }
    int size = data.remaining();
    put(out, size);
    out.put(out.position(), data, data.position(), size);
    out.position(out.position() + size);
  }

  private static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }
}
