package dev.milena.records;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;

/** Writes one zstd frame that declares its content's size. */
@OwnedBy(Owner.CREATOR)
final class ZstdCompressor implements Compressor {
  private final ZstdCompressCtx context = new ZstdCompressCtx();

  @Override
  public int bound(int plainSize) {
    return Math.toIntExact(Zstd.compressBound(plainSize));
  }

  @Override
  public int compress(byte[] plain, int from, int size, byte[] into, int at) {
    return context.compressByteArray(into, at, bound(size), plain, from, size);
  }

  @Override
  public void close() {
    context.close();
  }
}
