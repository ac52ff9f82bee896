package dev.milena.records;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;

/** The decompressors of one cursor, each made when it is first needed and kept for next time. */
@OwnedBy(Owner.CREATOR)
final class Decompressors implements AutoCloseable {
  private final RecordLimits limits;
  private final Map<Compression, Decompressor> made = new EnumMap<>(Compression.class);
  private byte[] copied = new byte[0];

  Decompressors(RecordLimits limits) {
    this.limits = limits;
  }

  /** A decompressor that stands in front of the compressed records between two positions. */
  Decompressor open(Compression compression, ByteBuffer buffer, int from, int to) {
    Decompressor decompressor = made.computeIfAbsent(compression, this::make);
    if (buffer.hasArray()) {
      int shift = buffer.arrayOffset();
      decompressor.open(buffer.array(), shift + from, shift + to);
      return decompressor;
    }
    int size = to - from;
    if (copied.length < size) {
      copied = new byte[size];
    }
    buffer.get(from, copied, 0, size);
    decompressor.open(copied, 0, size);
    return decompressor;
  }

  @Override
  public void close() {
    made.values().forEach(Decompressor::close);
    made.clear();
    copied = new byte[0];
  }

  private Decompressor make(Compression compression) {
    return switch (compression) {
      case NONE -> throw new IllegalArgumentException("nothing is compressed");
      case GZIP -> new GzipDecompressor();
      case SNAPPY -> new SnappyDecompressor(limits.maxOutputBytes());
      case LZ4 -> new Lz4Decompressor();
      case ZSTD -> new ZstdDecompressor(limits.maxOutputBytes());
    };
  }
}
