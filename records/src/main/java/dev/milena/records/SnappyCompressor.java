package dev.milena.records;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.xerial.snappy.Snappy;

/** Writes snappy blocks in the framing of snappy-java, which every Kafka client reads. */
@OwnedBy(Owner.CREATOR)
final class SnappyCompressor implements Compressor {
  private static final int BLOCK_SIZE = 32 * 1024;
  private static final int VERSION = 1;

  @Override
  public int bound(int plainSize) {
    int blocks = plainSize / BLOCK_SIZE + 1;
    return SnappyDecompressor.FRAME_HEADER_SIZE
        + blocks * (Integer.BYTES + Snappy.maxCompressedLength(BLOCK_SIZE));
  }

  @Override
  public int compress(byte[] plain, int from, int size, byte[] into, int at) {
    ByteBuffer out = ByteBuffer.wrap(into).position(at);
    out.put(SnappyDecompressor.MAGIC).putInt(VERSION).putInt(VERSION);
    for (int done = 0; done < size; done += BLOCK_SIZE) {
      int blockAt = out.position() + Integer.BYTES;
      int written =
          compressBlock(plain, from + done, Math.min(BLOCK_SIZE, size - done), into, blockAt);
      out.putInt(written).position(blockAt + written);
    }
    return out.position() - at;
  }

  @Override
  public void close() {
    // holds nothing
  }

  private static int compressBlock(byte[] plain, int from, int size, byte[] into, int at) {
    try {
      return Snappy.compress(plain, from, size, into, at);
    } catch (IOException e) {
      throw new UncheckedIOException("snappy cannot compress memory", e);
    }
  }
}
