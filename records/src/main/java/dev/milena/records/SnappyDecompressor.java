package dev.milena.records;

import java.io.IOException;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/**
 * Reads snappy in the two ways that Kafka's clients send it: in the framing of snappy-java, which
 * the Java client writes, and as one raw block for the whole batch, which librdkafka writes.
 *
 * <pre>
 *   framed:  82 "SNAPPY" 00 | version i32 | compatible i32 | { size i32 | raw block }
 *   raw block: uncompressed size as a varint | elements
 * </pre>
 *
 * <p>A raw block must be decompressed as a whole. The size that it declares is believed only as far
 * as its compressed bytes could reach: an element of three bytes gives at most 64.
 */
@OwnedBy(Owner.CREATOR)
final class SnappyDecompressor implements Decompressor {
  static final byte[] MAGIC = {(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
  static final int FRAME_HEADER_SIZE = MAGIC.length + 2 * Integer.BYTES;

  /** Bytes that one compressed byte may stand for: 64 of a three-byte copy, rounded up. */
  private static final int MAX_RATIO = 22;

  private final long maxBlockBytes;
  private byte[] compressed = new byte[0];
  private int at;
  private int to;
  private boolean framed;
  private byte[] block = new byte[0];
  private int blockAt;
  private int blockEnd;

  /** Holds at most so many bytes of decompressed block. */
  SnappyDecompressor(long maxBlockBytes) {
    this.maxBlockBytes = maxBlockBytes;
  }

  @Override
  public void open(byte[] bytes, int from, int end) {
    compressed = bytes;
    at = from;
    to = end;
    framed = startsFrame();
    blockAt = 0;
    blockEnd = 0;
  }

  @Override
  public int read(byte[] into, int from, int size) throws CorruptCompression {
    while (blockAt == blockEnd) {
      if (at == to) {
        return -1;
      }
      readBlock(framed ? frameSize() : to - at);
    }
    int count = Math.min(size, blockEnd - blockAt);
    System.arraycopy(block, blockAt, into, from, count);
    blockAt += count;
    return count;
  }

  @Override
  public void close() {
    open(new byte[0], 0, 0);
    block = new byte[0];
  }

  private boolean startsFrame() {
    return to - at >= FRAME_HEADER_SIZE
        && Arrays.equals(compressed, at, at + MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /** Passes over frame headers, of which concatenated streams have several, to a block's size. */
  private int frameSize() throws CorruptCompression {
    while (startsFrame()) {
      at += FRAME_HEADER_SIZE;
    }
    if (at == to) {
      return 0;
    }
    if (to - at < Integer.BYTES) {
      throw CorruptCompression.damaged("snappy ends within a block's size");
    }
    int size = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      size = (size << Byte.SIZE) | (compressed[at++] & 0xff);
    }
    if (size < 1 || size > to - at) {
      throw CorruptCompression.damaged(
          "a snappy block of %s bytes, %s are left".formatted(size, to - at));
    }
    return size;
  }

  private void readBlock(int size) throws CorruptCompression {
    if (size == 0) {
      return;
    }
    try {
      int plainSize = Snappy.uncompressedLength(compressed, at, size);
      if (plainSize < 0 || plainSize > (long) MAX_RATIO * size) {
        throw CorruptCompression.damaged(
            "a snappy block of %s bytes declares %s".formatted(size, plainSize));
      }
      if (plainSize > maxBlockBytes) {
        throw CorruptCompression.tooLarge("a snappy block declares " + plainSize + " bytes");
      }
      if (plainSize > block.length) {
        block = new byte[plainSize];
      }
      blockAt = 0;
      blockEnd = Snappy.uncompress(compressed, at, size, block, 0);
      at += size;
    } catch (IOException e) {
      throw CorruptCompression.damaged("a snappy block is damaged", e);
    }
  }
}
