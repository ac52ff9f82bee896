package dev.milena.records;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/**
 * Reads zstd (RFC 8878), one frame or several. A frame tells how far back it refers, and the
 * library takes that much native memory before the first byte comes out: a window of more than the
 * output allowed, rounded up to a power of two, is refused.
 */
@OwnedBy(Owner.CREATOR)
final class ZstdDecompressor implements Decompressor {
  private static final int SMALLEST_WINDOW_LOG = 10;
  private static final int LARGEST_WINDOW_LOG = 27;

  private final ZstdDecompressCtx context;
  private ByteBuffer compressed = ByteBuffer.allocate(0);
  private boolean frameEnded = true;

  ZstdDecompressor(long maxWindowBytes) {
    int log = Long.SIZE - Long.numberOfLeadingZeros(maxWindowBytes - 1);
    context = new ZstdDecompressCtx();
    context.setLongMax(Math.clamp(log, SMALLEST_WINDOW_LOG, LARGEST_WINDOW_LOG));
  }

  @Override
  public void open(byte[] bytes, int from, int to) {
    compressed = ByteBuffer.wrap(bytes, from, to - from);
    frameEnded = true;
    context.reset();
  }

  @Override
  public int read(byte[] into, int at, int size) throws CorruptCompression {
    ByteBuffer out = ByteBuffer.wrap(into, at, size);
    while (compressed.hasRemaining() || !frameEnded) {
      int before = compressed.remaining();
      frameEnded = step(out);
      if (out.position() > at) {
        return out.position() - at;
      }
      if (!frameEnded && before == compressed.remaining()) {
        throw CorruptCompression.damaged("zstd ends early");
      }
    }
    return -1;
  }

  @Override
  public void close() {
    context.close();
  }

  private boolean step(ByteBuffer out) throws CorruptCompression {
    try {
      return context.decompressByteBufferStream(out, compressed);
    } catch (ZstdException e) {
      if (e.getErrorCode() == Zstd.errFrameParameterWindowTooLarge()) {
        throw CorruptCompression.tooLarge("zstd wants a larger window than allowed");
      }
      throw CorruptCompression.damaged("zstd is damaged", e);
    }
  }
}
