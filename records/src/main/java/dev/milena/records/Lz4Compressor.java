package dev.milena.records;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;

/** Writes one LZ4 frame as Kafka's Java client does: independent blocks of 64 KiB, no checksums. */
@OwnedBy(Owner.CREATOR)
final class Lz4Compressor implements Compressor {
  private static final int BLOCK_SIZE = 64 * 1024;
  private static final byte BLOCK_SIZE_CODE = 4 << 4;
  private static final int FRAME_BYTES = 7 + Integer.BYTES;

  private final LZ4Compressor blocks = LZ4Factory.fastestInstance().fastCompressor();

  @Override
  public int bound(int plainSize) {
    int blockCount = plainSize / BLOCK_SIZE + 1;
    return FRAME_BYTES + blockCount * (Integer.BYTES + blocks.maxCompressedLength(BLOCK_SIZE));
  }

  @Override
  public int compress(byte[] plain, int from, int size, byte[] into, int at) {
    ByteBuffer out = ByteBuffer.wrap(into).order(ByteOrder.LITTLE_ENDIAN).position(at);
    out.putInt(Lz4Decompressor.MAGIC);
    int descriptorAt = out.position();
    out.put((byte) (Lz4Decompressor.FLAG_VERSION | Lz4Decompressor.FLAG_INDEPENDENT));
    out.put(BLOCK_SIZE_CODE);
    out.put((byte) Lz4Decompressor.headerChecksum(into, descriptorAt, 2));
    for (int done = 0; done < size; done += BLOCK_SIZE) {
      int blockAt = out.position() + Integer.BYTES;
      int plainSize = Math.min(BLOCK_SIZE, size - done);
      int room = blocks.maxCompressedLength(plainSize);
      int written = blocks.compress(plain, from + done, plainSize, into, blockAt, room);
      if (written < plainSize) {
        out.putInt(written).position(blockAt + written);
      } else {
        out.putInt(plainSize | Lz4Decompressor.STORED_BIT).put(plain, from + done, plainSize);
      }
    }
    out.putInt(0);
    return out.position() - at;
  }

  @Override
  public void close() {
    // holds nothing
  }
}
