package dev.milena.records;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG.Bits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.xerial.snappy.Snappy;

/** Forms of each compression that other clients write and ours do not. */
class ForeignCompressionTest {
  private static final RecordLimits LIMITS = new RecordLimits(1 << 20, 8 << 20);

  private final SplittableRandom random =
      new SplittableRandom(Samples.seed("ForeignCompressionTest"));

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void anySizeComesBack(Compression compression) throws CorruptCompression {
    for (int size :
        new int[] {0, 1, 100, 32_767, 32_768, 32_769, 65_535, 65_536, 65_537, 500_000}) {
      byte[] plain = bytes(size);
      assertArrayEquals(plain, decompressed(compression, Compressed.by(compression, plain)));
    }
  }

  @Test
  void snappyWithoutFrameAsLibrdkafkaWritesIt() throws Exception {
    byte[] plain = bytes(300_000);
    assertArrayEquals(plain, decompressed(Compression.SNAPPY, Snappy.compress(plain)));
  }

  @Test
  void snappyStreamsOneAfterAnother() throws Exception {
    byte[] plain = bytes(40_000);
    byte[] framed = Compressed.by(Compression.SNAPPY, plain);
    assertArrayEquals(
        joined(plain, plain), decompressed(Compression.SNAPPY, joined(framed, framed)));
  }

  @Test
  void lz4WithLargeBlocksSizeAndChecksums() throws Exception {
    byte[] plain = bytes(3_000_000);
    for (BLOCKSIZE blockSize : BLOCKSIZE.values()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (OutputStream lz4 =
          new LZ4FrameOutputStream(
              out,
              blockSize,
              plain.length,
              Bits.BLOCK_INDEPENDENCE,
              Bits.CONTENT_SIZE,
              Bits.CONTENT_CHECKSUM,
              Bits.BLOCK_CHECKSUM)) {
        lz4.write(plain);
      }
      assertArrayEquals(plain, decompressed(Compression.LZ4, out.toByteArray()));
    }
  }

  @Test
  void lz4AndZstdFramesOneAfterAnother() throws Exception {
    byte[] plain = bytes(100_000);
    for (Compression compression : new Compression[] {Compression.LZ4, Compression.ZSTD}) {
      byte[] frame = Compressed.by(compression, plain);
      assertArrayEquals(joined(plain, plain), decompressed(compression, joined(frame, frame)));
    }
  }

  @Test
  void zstdWithSkippableAndEmptyFrames() throws Exception {
    byte[] plain = bytes(1_000);
    ByteBuffer skippable = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    skippable.putInt(0x184D2A50).putInt(4).putInt(99);
    byte[] frames =
        joined(joined(skippable.array(), Zstd.compress(new byte[0])), Zstd.compress(plain));
    assertArrayEquals(plain, decompressed(Compression.ZSTD, frames));
  }

  @Test
  void gzipWithAllThatAHeaderMayHold() throws Exception {
    byte[] plain = bytes(10_000);
    byte[] simple = gzip(plain);
    ByteArrayOutputStream rich = new ByteArrayOutputStream();
    rich.write(simple, 0, 3);
    rich.write(0b11110);
    rich.write(simple, 4, 6);
    rich.write(new byte[] {3, 0, 'x', 'y', 'z'});
    rich.write(new byte[] {'n', 'a', 'm', 'e', 0});
    rich.write(new byte[] {'s', 'o', 0});
    CRC32 crc = new CRC32();
    crc.update(rich.toByteArray());
    rich.write((int) crc.getValue());
    rich.write((int) crc.getValue() >> 8);
    rich.write(simple, 10, simple.length - 10);
    assertArrayEquals(plain, decompressed(Compression.GZIP, rich.toByteArray()));
  }

  @Test
  void gzipMembersOneAfterAnotherAndEmptyOnes() throws Exception {
    byte[] plain = bytes(10_000);
    byte[] members = joined(gzip(plain), joined(gzip(new byte[0]), gzip(plain)));
    assertArrayEquals(joined(plain, plain), decompressed(Compression.GZIP, members));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void aDecompressorForgetsABatchThatWasDamaged(Compression compression) throws Exception {
    byte[] plain = bytes(50_000);
    byte[] good = Compressed.by(compression, plain);
    byte[] cut = Arrays.copyOf(good, good.length / 2);
    ByteBuffer damaged = Samples.batchOf(compression, 1, cut);
    byte[] body = new BodyWriter().zeros(0, 50_000).toBytes();
    ByteBuffer whole = Samples.batchOf(compression, 1, Compressed.by(compression, body));
    try (RecordCheck check = new RecordCheck(LIMITS)) {
      for (int i = 0; i < 3; i++) {
        check.check(damaged, 0);
        assertEquals(RecordFault.NONE, check.check(whole, 0));
      }
    }
  }

  private byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    Arrays.fill(bytes, size / 3, size / 2, (byte) 'a');
    return bytes;
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }

  private static byte[] joined(byte[] front, byte[] back) {
    byte[] all = Arrays.copyOf(front, front.length + back.length);
    System.arraycopy(back, 0, all, front.length, back.length);
    return all;
  }

  /** Reads in pieces of odd sizes, behind a front that is not part of the batch. */
  private static byte[] decompressed(Compression compression, byte[] bytes)
      throws CorruptCompression {
    ByteBuffer direct = Samples.direct(ByteBuffer.wrap(joined(new byte[5], bytes)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Decompressors decompressors = new Decompressors(LIMITS)) {
      Decompressor source = decompressors.open(compression, direct, 5, direct.limit());
      byte[] piece = new byte[10_007];
      for (int n = source.read(piece, 3, 10_001); n >= 0; n = source.read(piece, 3, 10_001)) {
        out.write(piece, 3, n);
      }
    }
    return out.toByteArray();
  }
}
