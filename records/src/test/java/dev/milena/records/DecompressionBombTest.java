package dev.milena.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;

/** Compressed bytes that claim, or become, more than they should. */
class DecompressionBombTest {
  private static final int BOMB_BYTES = 32 << 20;
  private static final int CAP_BYTES = 1 << 20;

  /** For the largest record the window is doubled up to the cap, and a block lies beside it. */
  private static final long ALLOWED_BYTES = 4L * CAP_BYTES;

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void aHugeRecordIsRefusedByItsLength(Compression compression) {
    byte[] body = new BodyWriter().zeros(0, BOMB_BYTES).toBytes();
    ByteBuffer bomb = Samples.batchOf(compression, 1, Compressed.by(compression, body));

    assertRefused(RecordFault.RECORD_TOO_LARGE, bomb, new RecordLimits(CAP_BYTES, 2L * BOMB_BYTES));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void aHugeRecordIsRefusedByTheOutput(Compression compression) {
    byte[] body = new BodyWriter().zeros(0, BOMB_BYTES).toBytes();
    ByteBuffer bomb = Samples.batchOf(compression, 1, Compressed.by(compression, body));

    assertRefused(
        RecordFault.OUTPUT_TOO_LARGE, bomb, new RecordLimits(Integer.MAX_VALUE, CAP_BYTES));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void manySmallRecordsAreRefusedByTheOutput(Compression compression) {
    BodyWriter writer = new BodyWriter();
    int count = 200_000;
    for (int i = 0; i < count; i++) {
      writer.empty(0, i);
    }
    byte[] body = writer.toBytes();
    ByteBuffer bomb = Samples.batchOf(compression, count, Compressed.by(compression, body));

    assertRefused(RecordFault.OUTPUT_TOO_LARGE, bomb, new RecordLimits(CAP_BYTES, CAP_BYTES));
    try (RecordCheck check = new RecordCheck(new RecordLimits(100, body.length))) {
      assertEquals(RecordFault.NONE, check.check(bomb, 0), "within its limits it is no bomb");
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void aBombBehindTheLastRecordDoesNotGoOff(Compression compression) {
    byte[] body = new BodyWriter().empty(0, 0).zeros(BOMB_BYTES).toBytes();
    ByteBuffer bomb = Samples.batchOf(compression, 1, Compressed.by(compression, body));

    assertRefused(RecordFault.BYTES_LEFT, bomb, new RecordLimits(CAP_BYTES, 2L * BOMB_BYTES));
  }

  @Test
  void theBombsAreBombs() {
    byte[] body = new BodyWriter().zeros(0, BOMB_BYTES).toBytes();
    assertTrue(Compressed.by(Compression.GZIP, body).length < BOMB_BYTES / 1_000);
    assertTrue(Compressed.by(Compression.ZSTD, body).length < BOMB_BYTES / 1_000);
    assertTrue(Compressed.by(Compression.LZ4, body).length < BOMB_BYTES / 200);
    assertTrue(Compressed.by(Compression.SNAPPY, body).length < BOMB_BYTES / 20);
  }

  @Test
  void aRawSnappyBlockIsRefusedBeforeItIsDecompressed() throws IOException {
    byte[] raw = Snappy.compress(new BodyWriter().zeros(0, BOMB_BYTES).toBytes());
    ByteBuffer bomb = Samples.batchOf(Compression.SNAPPY, 1, raw);

    assertRefused(
        RecordFault.OUTPUT_TOO_LARGE, bomb, new RecordLimits(Integer.MAX_VALUE, CAP_BYTES));
  }

  /** The front of a raw block says how much comes out; here it lies. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 99, 101, 5_000, 1 << 20, 1 << 30, Integer.MAX_VALUE, -1})
  void aSnappyBlockThatDeclaresAnotherSizeIsRefused(int declared) throws IOException {
    byte[] body = new BodyWriter().zeros(0, 91).toBytes();
    assertEquals(100, body.length);
    byte[] honest = Snappy.compress(body);
    ByteArrayOutputStream lying = new ByteArrayOutputStream();
    int rest = declared;
    for (; (rest & ~0x7f) != 0; rest >>>= 7) {
      lying.write(rest | 0x80);
    }
    lying.write(rest);
    lying.write(honest, 1, honest.length - 1);

    for (byte[] bytes : new byte[][] {lying.toByteArray(), framed(lying.toByteArray())}) {
      assertRefused(
          RecordFault.BAD_COMPRESSION,
          Samples.batchOf(Compression.SNAPPY, 1, bytes),
          new RecordLimits(CAP_BYTES, CAP_BYTES));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 11, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void aSnappyFrameThatLiesAboutItsBlockIsRefused(int blockSize) {
    byte[] framed = Compressed.by(Compression.SNAPPY, new BodyWriter().zeros(0, 91).toBytes());
    ByteBuffer.wrap(framed).putInt(SnappyDecompressor.FRAME_HEADER_SIZE, blockSize);

    assertRefused(
        RecordFault.BAD_COMPRESSION,
        Samples.batchOf(Compression.SNAPPY, 1, framed),
        new RecordLimits(CAP_BYTES, CAP_BYTES));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 11, 1 << 16, (1 << 16) + 1, Integer.MAX_VALUE, Integer.MIN_VALUE + 9})
  void anLz4BlockThatLiesAboutItsSizeIsRefused(int blockSize) {
    byte[] frame = Compressed.by(Compression.LZ4, new BodyWriter().zeros(0, 91).toBytes());
    ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).putInt(7, blockSize);

    assertRefused(
        RecordFault.BAD_COMPRESSION,
        Samples.batchOf(Compression.LZ4, 1, frame),
        new RecordLimits(CAP_BYTES, CAP_BYTES));
  }

  @Test
  void anLz4FrameOfLargeBlocksTakesNoMoreThanItsBytesCanFill() {
    byte[] frame = Compressed.by(Compression.LZ4, new BodyWriter().zeros(0, 91).toBytes());
    frame[5] = 7 << 4;
    frame[6] = (byte) Lz4Decompressor.headerChecksum(frame, 4, 2);
    ByteBuffer batch = Samples.batchOf(Compression.LZ4, 1, frame);

    assertRefused(RecordFault.NONE, batch, new RecordLimits(CAP_BYTES, CAP_BYTES));
    long allocated =
        AllocatedBytes.during(
            () -> assertRefused(RecordFault.NONE, batch, new RecordLimits(CAP_BYTES, CAP_BYTES)));
    assertTrue(allocated < 100_000, () -> allocated + " bytes for a block of 100");
  }

  @ParameterizedTest
  @ValueSource(ints = {21, 24, 27})
  void aZstdFrameWithTooLargeAWindowIsRefused(int windowLog) {
    byte[] body = new BodyWriter().zeros(0, BOMB_BYTES).toBytes();
    byte[] frame;
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context.setWindowLog(windowLog);
      context.setContentSize(false);
      frame = context.compress(body);
    }
    ByteBuffer batch = Samples.batchOf(Compression.ZSTD, 1, frame);

    assertRefused(
        RecordFault.OUTPUT_TOO_LARGE, batch, new RecordLimits(Integer.MAX_VALUE, CAP_BYTES));
  }

  @Test
  void aZstdFrameThatDeclaresAnotherContentSizeIsRefused() {
    byte[] frame = Compressed.by(Compression.ZSTD, new BodyWriter().zeros(0, 91).toBytes());
    assertEquals(0x20, frame[4], "single segment, content size of one byte");
    for (int declared : new int[] {0, 1, 99, 101, 255}) {
      byte[] lying = frame.clone();
      lying[5] = (byte) declared;
      assertRefused(
          RecordFault.BAD_COMPRESSION,
          Samples.batchOf(Compression.ZSTD, 1, lying),
          new RecordLimits(CAP_BYTES, CAP_BYTES));
    }
  }

  @Test
  void aGzipMemberThatLiesAboutItsEndIsRefused() {
    byte[] member = Compressed.by(Compression.GZIP, new BodyWriter().zeros(0, 91).toBytes());
    for (int at = member.length - 8; at < member.length; at++) {
      byte[] lying = member.clone();
      lying[at]++;
      assertRefused(
          RecordFault.BAD_COMPRESSION,
          Samples.batchOf(Compression.GZIP, 1, lying),
          new RecordLimits(CAP_BYTES, CAP_BYTES));
    }
  }

  private static void assertRefused(RecordFault fault, ByteBuffer batch, RecordLimits limits) {
    assertEquals(BatchFault.NONE, BatchCheck.ofProduced().check(batch, Integer.MAX_VALUE));
    long allocated =
        AllocatedBytes.during(() -> {
          try (RecordCheck check = new RecordCheck(limits)) {
            assertEquals(fault, check.check(batch, 0));
          }
        });
    assertTrue(allocated < ALLOWED_BYTES, () -> allocated + " bytes allocated");
  }

  private static byte[] framed(byte[] block) {
    ByteBuffer frame = ByteBuffer.allocate(SnappyDecompressor.FRAME_HEADER_SIZE + 4 + block.length);
    frame.put(SnappyDecompressor.MAGIC).putInt(1).putInt(1).putInt(block.length).put(block);
    return frame.array();
  }
}
