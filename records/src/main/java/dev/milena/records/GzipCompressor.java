package dev.milena.records;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes one gzip member (RFC 1952) without name or time. */
@OwnedBy(Owner.CREATOR)
final class GzipCompressor implements Compressor {
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};
  private static final int TRAILER_SIZE = 2 * Integer.BYTES;

  /**
   * Deflate stores what it cannot compress in blocks of up to 65,535 bytes, five bytes more each.
   */
  private static final int STORED_BLOCK = 16_383;

  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final CRC32 crc = new CRC32();

  @Override
  public int bound(int plainSize) {
    return HEADER.length + plainSize + 5 * (plainSize / STORED_BLOCK + 2) + TRAILER_SIZE;
  }

  @Override
  public int compress(byte[] plain, int from, int size, byte[] into, int at) {
    ByteBuffer out = ByteBuffer.wrap(into).order(ByteOrder.LITTLE_ENDIAN).position(at);
    out.put(HEADER);
    deflater.reset();
    deflater.setInput(plain, from, size);
    deflater.finish();
    while (!deflater.finished()) {
      if (deflater.deflate(out) == 0 && !deflater.finished()) {
        throw new IllegalStateException("deflate outgrew its bound of " + bound(size) + " bytes");
      }
    }
    crc.reset();
    crc.update(plain, from, size);
    out.putInt((int) crc.getValue()).putInt(size);
    return out.position() - at;
  }

  @Override
  public void close() {
    deflater.end();
  }
}
