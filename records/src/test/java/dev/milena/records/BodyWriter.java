package dev.milena.records;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Writes records number by number, so that a test can make any of them lie. */
final class BodyWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** A number as records have it. */
  BodyWriter number(long value) {
    ByteBuffer buffer = ByteBuffer.allocate(Varints.MAX_LONG_BYTES);
    Varints.put(buffer, value);
    bytes.write(buffer.array(), 0, buffer.position());
    return this;
  }

  BodyWriter raw(int... values) {
    for (int value : values) {
      bytes.write(value);
    }
    return this;
  }

  BodyWriter zeros(int count) {
    bytes.write(new byte[count], 0, count);
    return this;
  }

  /** What another writer has, with its length in front. */
  BodyWriter record(BodyWriter content) {
    byte[] inside = content.toBytes();
    number(inside.length);
    bytes.write(inside, 0, inside.length);
    return this;
  }

  /** A record with null key and value and no headers. */
  BodyWriter empty(long timestampDelta, int offsetDelta) {
    return record(
        new BodyWriter()
            .raw(0)
            .number(timestampDelta)
            .number(offsetDelta)
            .number(-1)
            .number(-1)
            .number(0));
  }

  /** A record with a null key and so many zeros for a value. */
  BodyWriter zeros(int offsetDelta, int valueSize) {
    return record(
        new BodyWriter()
            .raw(0)
            .number(0)
            .number(offsetDelta)
            .number(-1)
            .number(valueSize)
            .zeros(valueSize)
            .number(0));
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }
}
