package dev.milena.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records that lie under a valid CRC. */
class RecordCursorTest {
  private final SplittableRandom random = new SplittableRandom(Samples.seed("RecordCursorTest"));
  private final RecordCursor cursor = new RecordCursor(Samples.LIMITS);

  @AfterEach
  void closeCursor() {
    cursor.close();
  }

  @Test
  void countsThatLieAreFound() {
    byte[] two = new BodyWriter().empty(0, 0).empty(0, 1).toBytes();
    assertEquals(RecordFault.NONE, faultOf(2, two));
    assertEquals(RecordFault.TOO_FEW_RECORDS, faultOf(3, two));
    assertEquals(RecordFault.BYTES_LEFT, faultOf(1, two));
    assertEquals(RecordFault.TOO_FEW_RECORDS, faultOf(1, new byte[0]));
  }

  @Test
  void offsetDeltasRiseWithinTheBatch() {
    assertEquals(RecordFault.NONE, faultOf(9, 0, 1, 8));
    assertEquals(RecordFault.BAD_OFFSET_DELTA, faultOf(9, 0, 0));
    assertEquals(RecordFault.BAD_OFFSET_DELTA, faultOf(9, 3, 2));
    assertEquals(RecordFault.BAD_OFFSET_DELTA, faultOf(9, -1));
    assertEquals(RecordFault.BAD_OFFSET_DELTA, faultOf(9, 9));
    assertEquals(RecordFault.BAD_OFFSET_DELTA, faultOf(9, Integer.MIN_VALUE));
    assertEquals(RecordFault.BAD_OFFSET_DELTA, faultOf(9, Integer.MAX_VALUE));
  }

  @Test
  void aProducersOffsetsHaveNoGaps() {
    byte[] body = new BodyWriter().empty(0, 0).empty(0, 2).toBytes();
    ByteBuffer batch = Samples.batchOf(Compression.NONE, 2, body);
    batch.putInt(BatchHeader.LAST_OFFSET_DELTA_AT, 2);
    try (RecordCheck check = new RecordCheck(Samples.LIMITS)) {
      assertEquals(RecordFault.BAD_OFFSET_DELTA, check.check(Samples.reseal(batch), 0));
      ByteBuffer dense = Samples.batch(Compression.LZ4, Samples.records(random, 50));
      assertEquals(RecordFault.NONE, check.check(dense, 0));
    }
  }

  @Test
  void timestampsFitSixtyFourBits() {
    byte[] body = new BodyWriter().empty(Long.MAX_VALUE, 0).toBytes();
    ByteBuffer batch = Samples.batchOf(Compression.NONE, 1, body);
    assertEquals(RecordFault.NONE, read(batch));
    batch.putLong(BatchHeader.BASE_TIMESTAMP_AT, 1);
    assertEquals(RecordFault.BAD_TIMESTAMP, read(batch));
    batch.putLong(BatchHeader.BASE_TIMESTAMP_AT, -1);
    assertEquals(RecordFault.NONE, read(batch));
  }

  @Test
  void numbersFitTheirTypes() {
    int more = 0x80;
    assertEquals(RecordFault.BAD_VARINT, faultOf(1, raw(more, more, more, more, more, 0)));
    assertEquals(RecordFault.BAD_VARINT, faultOf(1, raw(0xff, 0xff, 0xff, 0xff, 0x1f)));
    int[] elevenBytes = {0, more, more, more, more, more, more, more, more, more, more, 0, 0, 0, 0};
    assertEquals(RecordFault.BAD_VARINT, faultOfContent(new BodyWriter().raw(elevenBytes)));
    int[] tooManyBits = {0, more, more, more, more, more, more, more, more, more, 2, 0, 0, 0, 0};
    assertEquals(RecordFault.BAD_VARINT, faultOfContent(new BodyWriter().raw(tooManyBits)));
    int[] longForm = {0, 0, more, more, more, more, 0, 1, 1, 0};
    assertEquals(RecordFault.NONE, faultOfContent(new BodyWriter().raw(longForm)));
  }

  @Test
  void lengthsStayWithinTheRecord() {
    for (long size : new long[] {-2, 1, 200, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertEquals(RecordFault.BAD_LENGTH, faultOfContent(front().number(size).number(-1).raw(0)));
      assertEquals(RecordFault.BAD_LENGTH, faultOfContent(front().number(-1).number(size).raw(0)));
      BodyWriter name = front().number(-1).number(-1).number(1).number(size).number(-1);
      assertEquals(RecordFault.BAD_LENGTH, faultOfContent(name));
      BodyWriter value = front().number(-1).number(-1).number(1).number(0).number(size);
      assertEquals(RecordFault.BAD_LENGTH, faultOfContent(value));
    }
    BodyWriter nullName = front().number(-1).number(-1).number(1).number(-1).number(-1);
    assertEquals(RecordFault.BAD_LENGTH, faultOfContent(nullName));
  }

  @Test
  void headerCountsThatLieAreFoundWithoutAllocating() {
    for (long count : new long[] {-1, 1, 3, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      BodyWriter content = front().number(-1).number(-1).number(count).raw(0, 0, 0, 0);
      ByteBuffer batch =
          Samples.batchOf(Compression.NONE, 1, new BodyWriter().record(content).toBytes());
      assertEquals(RecordFault.BAD_LENGTH, read(batch), "count " + count);
      long allocated = AllocatedBytes.during(() -> read(batch));
      assertTrue(allocated < 1_000, () -> allocated + " bytes for count " + count);
    }
  }

  @Test
  void recordLengthsThatLieAreFound() {
    assertEquals(
        RecordFault.BAD_LENGTH, faultOf(1, new BodyWriter().number(-1).zeros(9).toBytes()));
    assertEquals(RecordFault.BAD_LENGTH, faultOf(1, new BodyWriter().number(5).zeros(5).toBytes()));
    assertEquals(
        RecordFault.BAD_LENGTH, faultOf(1, new BodyWriter().number(99).zeros(9).toBytes()));
    byte[] huge = new BodyWriter().number(Integer.MAX_VALUE).zeros(9).toBytes();
    assertEquals(RecordFault.RECORD_TOO_LARGE, faultOf(1, huge));
  }

  @Test
  void aRecordOverTheLimitIsRefused() {
    byte[] body = new BodyWriter().zeros(0, 2_000).toBytes();
    ByteBuffer batch = Samples.batchOf(Compression.NONE, 1, body);
    try (RecordCursor small = new RecordBatch(batch, 0).records(new RecordLimits(1_999, 1))) {
      assertEquals(List.of(), Samples.read(small));
      assertEquals(RecordFault.RECORD_TOO_LARGE, small.fault());
    }
    assertEquals(RecordFault.NONE, read(batch));
  }

  @Test
  void whatIsNullHasNoView() {
    cursor.open(Samples.batchOf(Compression.NONE, 1, new BodyWriter().empty(0, 0).toBytes()), 0);
    assertTrue(cursor.next());
    assertThrows(IllegalStateException.class, cursor::key);
    assertThrows(IllegalStateException.class, cursor::value);
    assertEquals(-1, cursor.keySize());
    assertEquals(-1, cursor.valueSize());
  }

  @Test
  void plainRecordsAreNotCopied() {
    ByteBuffer batch = Samples.batchOf(Compression.NONE, 1, new BodyWriter().zeros(0, 9).toBytes());
    cursor.open(batch, 0);
    assertTrue(cursor.next());
    ByteBuffer value = cursor.value();
    batch.put(batch.limit() - 1 - 9, (byte) 42);
    assertEquals(42, value.get(0), "the view looks into the batch");
  }

  @ParameterizedTest
  @EnumSource
  void everyPrefixOfTheRecordsIsAFault(Compression compression) {
    ByteBuffer whole = Samples.batch(compression, Samples.records(random, 30));
    for (int size = BatchHeader.SIZE; size < whole.limit(); size++) {
      ByteBuffer prefix = Samples.reseal(Samples.copy(whole.duplicate().limit(size)));
      assertNotEquals(RecordFault.NONE, read(prefix), "prefix of " + size);
    }
  }

  /** A flip may leave another batch that is good, but never one that throws or takes memory. */
  @ParameterizedTest
  @EnumSource
  void everyFlippedByteIsReadWithinTheLimits(Compression compression) {
    ByteBuffer whole = Samples.batch(compression, Samples.records(random, 30));
    Set<RecordFault> seen = EnumSet.noneOf(RecordFault.class);
    for (int at = BatchHeader.ATTRIBUTES_AT; at < whole.limit(); at++) {
      ByteBuffer batch = Samples.copy(whole);
      batch.put(at, (byte) (batch.get(at) ^ random.nextInt(1, 256)));
      if (BatchCheck.ofStored().check(Samples.reseal(batch), 1 << 20) == BatchFault.NONE) {
        seen.add(readBounded(batch));
      }
    }
    assertTrue(seen.size() > 1, () -> "flips showed nothing but " + seen);
  }

  @ParameterizedTest
  @EnumSource
  void anyBytesAreReadWithinTheLimits(Compression compression) {
    for (int round = 0; round < 2_000; round++) {
      byte[] body = new byte[random.nextInt(200)];
      random.nextBytes(body);
      readBounded(Samples.batchOf(compression, random.nextInt(0, 20), body));
    }
  }

  private RecordFault readBounded(ByteBuffer batch) {
    RecordLimits limits = new RecordLimits(1 << 16, 1 << 18);
    RecordFault[] fault = new RecordFault[1];
    long allocated =
        AllocatedBytes.during(() -> {
          try (RecordCursor bounded = new RecordBatch(batch, 0).records(limits)) {
            int count = 0;
            while (bounded.next()) {
              count++;
            }
            fault[0] = bounded.fault();
            assertTrue(count <= BatchHeader.recordCount(batch, 0));
          }
        });
    assertTrue(allocated < 4 * limits.maxOutputBytes(), () -> allocated + " bytes");
    return fault[0];
  }

  private static BodyWriter front() {
    return new BodyWriter().raw(0).number(0).number(0);
  }

  private static byte[] raw(int... values) {
    return new BodyWriter().raw(values).zeros(20).toBytes();
  }

  private RecordFault faultOfContent(BodyWriter content) {
    return faultOf(1, new BodyWriter().record(content).toBytes());
  }

  private RecordFault faultOf(int recordCount, byte[] body) {
    return read(Samples.batchOf(Compression.NONE, recordCount, body));
  }

  /** Reads a batch that covers so many offsets and has records at some. */
  private RecordFault faultOf(int covered, int... offsetDeltas) {
    BodyWriter body = new BodyWriter();
    Arrays.stream(offsetDeltas).forEach(delta -> body.empty(0, delta));
    ByteBuffer batch = Samples.batchOf(Compression.NONE, offsetDeltas.length, body.toBytes());
    batch.putInt(BatchHeader.LAST_OFFSET_DELTA_AT, covered - 1);
    return read(Samples.reseal(batch));
  }

  /** Reads all records as any reader may: those before a fault must be readable. */
  private RecordFault read(ByteBuffer batch) {
    cursor.open(batch, 0);
    while (cursor.next()) {
      assertEquals(cursor.headerCount(), cursor.headers().size());
      assertTrue(!cursor.hasKey() || cursor.key().remaining() == cursor.keySize());
      assertTrue(!cursor.hasValue() || cursor.value().remaining() == cursor.valueSize());
    }
    return cursor.fault();
  }
}
