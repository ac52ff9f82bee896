package dev.milena.records;

import java.util.Arrays;

/** What our compressors make of bytes. */
final class Compressed {
  private Compressed() {}

  static byte[] by(Compression compression, byte[] plain) {
    try (Compressor compressor = compressorOf(compression)) {
      byte[] out = new byte[compressor.bound(plain.length)];
      return Arrays.copyOf(out, compressor.compress(plain, 0, plain.length, out, 0));
    }
  }

  private static Compressor compressorOf(Compression compression) {
    return switch (compression) {
      case NONE -> throw new IllegalArgumentException("nothing to compress with");
      case GZIP -> new GzipCompressor();
      case SNAPPY -> new SnappyCompressor();
      case LZ4 -> new Lz4Compressor();
      case ZSTD -> new ZstdCompressor();
    };
  }
}
