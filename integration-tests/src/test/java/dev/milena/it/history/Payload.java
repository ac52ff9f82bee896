package dev.milena.it.history;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * What the value of a record says of itself, so that a reader can tell whose it is, and whether it
 * is whole.
 *
 * <pre>
 *   i32  CRC32C of all that follows
 *   u8   length of the topic's name, then the name in ASCII
 *   i32  partition
 *   i32  producer, as the load counts them
 *   i64  sequence, counted by each producer in each partition from 0
 *   ...  filler, which follows from the sequence
 * </pre>
 *
 * @param fillerBytes how long the filler is
 */
record Payload(String topic, int partition, int producer, long sequence, int fillerBytes) {
  private static final int CRC_BYTES = 4;
  private static final int NUMBERS_BYTES = 4 + 4 + 8;
  private static final int STEP = 31;

  /** What was found in a value. */
  sealed interface Found {
    /** A whole one. */
    record Whole(Payload payload) implements Found {}

    /** Not what was sent. */
    record Damaged(String why) implements Found {}
  }

  /** The bytes of a value, ready to be read. */
  ByteBuffer encode() {
    byte[] name = topic.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer bytes =
        ByteBuffer.allocate(CRC_BYTES + 1 + name.length + NUMBERS_BYTES + fillerBytes);
    bytes.position(CRC_BYTES);
    bytes.put((byte) name.length).put(name);
    bytes.putInt(partition).putInt(producer).putLong(sequence);
    for (int i = 0; i < fillerBytes; i++) {
      bytes.put(filler(i));
    }
    bytes.putInt(0, crc(bytes.duplicate().flip()));
    return bytes.flip();
  }

  private byte filler(int at) {
    return (byte) (sequence * STEP + at);
  }

  /** Reads a value; leaves the buffer as it is. */
  static Found decode(ByteBuffer value) {
    ByteBuffer bytes = value.slice();
    if (bytes.remaining() < CRC_BYTES + 1 + NUMBERS_BYTES) {
      return new Found.Damaged("only " + bytes.remaining() + " bytes");
    }
    int said = bytes.getInt(0);
    int is = crc(bytes.duplicate());
    if (said != is) {
      return new Found.Damaged("checksum %08x, said %08x".formatted(is, said));
    }
    bytes.position(CRC_BYTES);
    byte[] name = new byte[Byte.toUnsignedInt(bytes.get())];
    if (bytes.remaining() < name.length + NUMBERS_BYTES) {
      return new Found.Damaged("a name of " + name.length + " bytes does not fit");
    }
    bytes.get(name);
    return new Found.Whole(
        new Payload(
            new String(name, StandardCharsets.US_ASCII),
            bytes.getInt(),
            bytes.getInt(),
            bytes.getLong(),
            bytes.remaining()));
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    bytes.position(CRC_BYTES);
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
