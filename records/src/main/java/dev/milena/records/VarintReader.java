package dev.milena.records;

import java.nio.ByteBuffer;

/**
 * Reads numbers of variable length, and what they count, from bytes that may lie. The first fault
 * is kept; after it every reading gives 0 or skips nothing, so that a caller asks once at the end.
 */
@OwnedBy(Owner.CREATOR)
final class VarintReader {
  private static final int NULL_SIZE = -1;

  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private int at;
  private int end;
  private RecordFault fault = RecordFault.NONE;

  /** Starts over on the bytes from one position to another. */
  void open(ByteBuffer buffer, int from, int to) {
    bytes = buffer;
    at = from;
    end = to;
    fault = RecordFault.NONE;
  }

  /** Goes back to where a part of the same bytes was found. */
  void moveTo(int position) {
    at = position;
  }

  int at() {
    return at;
  }

  int remaining() {
    return end - at;
  }

  RecordFault fault() {
    return fault;
  }

  /** Whether nothing was wrong so far. */
  boolean isGood() {
    return fault == RecordFault.NONE;
  }

  void fail(RecordFault found) {
    if (fault == RecordFault.NONE) {
      fault = found;
    }
  }

  /** Passes over bytes; over none for null's size. */
  void skip(int size) {
    if (size > remaining()) {
      fail(RecordFault.BAD_LENGTH);
    } else if (size > 0) {
      at += size;
    }
  }

  /** The size of data that follows: at most what is left, -1 for null. */
  int readSize() {
    int size = readInt();
    if (size < NULL_SIZE || size > remaining()) {
      fail(RecordFault.BAD_LENGTH);
      return 0;
    }
    return size;
  }

  int readInt() {
    long value = read(Varints.MAX_INT_BYTES);
    if (value != (int) value) {
      fail(RecordFault.BAD_VARINT);
      return 0;
    }
    return (int) value;
  }

  long readLong() {
    return read(Varints.MAX_LONG_BYTES);
  }

  /** A view of data that was found before. */
  ByteBuffer view(int from, int size) {
    if (size == NULL_SIZE) {
      throw new IllegalStateException("what is null has no bytes");
    }
    return bytes.slice(from, size);
  }

  private long read(int maxBytes) {
    long zigzag = 0;
    for (int i = 0; i < maxBytes; i++) {
      if (at >= end) {
        fail(RecordFault.BAD_LENGTH);
        return 0;
      }
      byte next = bytes.get(at++);
      zigzag |= (next & 0x7fL) << (7 * i);
      if (next >= 0) {
        return decoded(zigzag, i, next);
      }
    }
    fail(RecordFault.BAD_VARINT);
    return 0;
  }

  /** Refuses a tenth byte with more than the one bit that is left of 64. */
  private long decoded(long zigzag, int lastIndex, byte lastByte) {
    if (lastIndex == Varints.MAX_LONG_BYTES - 1 && lastByte > 1) {
      fail(RecordFault.BAD_VARINT);
      return 0;
    }
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }
}
