package dev.milena.records;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A cursor over part of an array, for formats whose numbers begin with their lowest byte. */
@OwnedBy(Owner.CREATOR)
final class LittleEndianBytes {
  /** No bytes. */
  static final LittleEndianBytes NONE = new LittleEndianBytes(new byte[0], 0, 0);

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] array;
  private final int to;
  private int at;

  LittleEndianBytes(byte[] array, int from, int to) {
    this.array = array;
    this.at = from;
    this.to = to;
  }

  byte[] array() {
    return array;
  }

  int at() {
    return at;
  }

  int remaining() {
    return to - at;
  }

  /**
   * Insists that so many bytes are left.
   *
   * @throws CorruptCompression when fewer are left, or the size is negative
   */
  void need(int size) throws CorruptCompression {
    if (size < 0 || size > remaining()) {
      throw CorruptCompression.damaged("%s bytes wanted, %s left".formatted(size, remaining()));
    }
  }

  void skip(int size) throws CorruptCompression {
    need(size);
    at += size;
  }

  /** An unsigned byte. */
  int readByte() throws CorruptCompression {
    need(Byte.BYTES);
    return array[at++] & 0xff;
  }

  /** Two bytes, unsigned. */
  int readShort() throws CorruptCompression {
    return readByte() | (readByte() << Byte.SIZE);
  }

  int readInt() throws CorruptCompression {
    need(Integer.BYTES);
    int value = (int) INT.get(array, at);
    at += Integer.BYTES;
    return value;
  }
}
