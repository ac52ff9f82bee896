package dev.milena.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.records.Samples.Sample;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordBatchBuilderTest {
  private static final RecordLimits LIMITS = new RecordLimits(1 << 20, 1 << 20);

  @Test
  void whatWasAppendedIsReadBack() {
    RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, 1 << 16);
    List<RecordHeader> headers = List.of(RecordHeader.of("a", utf8("1")), RecordHeader.ofNull("a"));
    assertTrue(builder.append(1_000, utf8("key"), utf8("value"), headers));
    assertTrue(builder.append(900, null, utf8(""), List.of()));
    assertTrue(builder.append(1_100, utf8(""), null, List.of()));

    ByteBuffer batch = builder.build();

    BatchCheck check = BatchCheck.ofProduced();
    assertEquals(BatchFault.NONE, check.check(batch, 1 << 16));
    assertEquals(1, check.batchCount());
    assertEquals(batch.limit(), check.goodEnd());
    BatchHeader.patch(batch, 0, 41, 7);
    assertEquals(BatchFault.NONE, check.check(batch, 1 << 16));
    assertEquals(44, BatchHeader.endOffset(batch, 0));
    try (RecordCursor cursor = new RecordBatch(batch, 0).records(LIMITS)) {
      assertTrue(cursor.next());
      assertEquals(41, cursor.offset());
      assertEquals(1_000, cursor.timestamp());
      assertEquals(utf8("key"), cursor.key());
      assertEquals(utf8("value"), cursor.value());
      assertEquals(headers, cursor.headers());
      assertTrue(cursor.next());
      assertEquals(42, cursor.offset());
      assertEquals(900, cursor.timestamp());
      assertFalse(cursor.hasKey());
      assertEquals(0, cursor.valueSize());
      assertTrue(cursor.next());
      assertEquals(0, cursor.keySize());
      assertFalse(cursor.hasValue());
      assertFalse(cursor.next());
      assertEquals(RecordFault.NONE, cursor.fault());
    }
  }

  @Test
  void aFullBuilderRefusesAndStaysAsItWas() {
    int one = RecordBatchBuilder.sizeOfOne(utf8("k"), utf8("value"), List.of());
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, one)) {
      assertFalse(builder.append(1, utf8("k"), utf8("value+"), List.of()));
      assertEquals(0, builder.recordCount());
      assertTrue(builder.append(1, utf8("k"), utf8("value"), List.of()));
      assertEquals(one, builder.sizeInBytes());
      assertFalse(builder.append(1, null, null, List.of()));

      ByteBuffer batch = builder.build();

      assertEquals(1, BatchHeader.recordCount(batch, 0));
      assertEquals(one, batch.remaining());
      builder.clear();
      assertEquals(BatchHeader.SIZE, builder.sizeInBytes());
      assertTrue(builder.append(1, utf8("k"), utf8("value"), List.of()));
    }
  }

  @Test
  void theSizeIsKnownBeforeARecordIsAdded() {
    SplittableRandom random = new SplittableRandom(Samples.seed("RecordBatchBuilderTest"));
    for (Sample record : Samples.records(random, 500)) {
      int bound =
          RecordBatchBuilder.sizeOfOne(
              record.key().orElse(null), record.value().orElse(null), record.headers());
      try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, bound)) {
        Samples.append(builder, record);
        assertEquals(bound, builder.build().remaining());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void noBatchOutgrowsItsBound(Compression compression) {
    SplittableRandom random = new SplittableRandom(Samples.seed("RecordBatchBuilderTest"));
    try (RecordBatchBuilder builder = new RecordBatchBuilder(compression, 100_000)) {
      for (int round = 0; round < 20; round++) {
        byte[] noise = new byte[random.nextInt(1, 2_000)];
        random.nextBytes(noise);
        long timestampMs = random.nextLong();
        while (builder.append(timestampMs, null, ByteBuffer.wrap(noise), List.of())) {
          random.nextBytes(noise);
          timestampMs = random.nextLong();
        }
        ByteBuffer batch = builder.build();
        assertTrue(batch.remaining() <= builder.sizeInBytes());
        assertEquals(BatchFault.NONE, BatchCheck.ofProduced().check(batch, 100_000));
        try (RecordCheck check = new RecordCheck(LIMITS)) {
          assertEquals(RecordFault.NONE, check.check(batch, 0));
        }
        builder.clear();
      }
    }
  }

  @Test
  void whatDoesNotShrinkIsStoredAsItIs() {
    byte[] noise = new byte[50];
    new SplittableRandom(1).nextBytes(noise);
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.ZSTD, 1_000)) {
      assertTrue(builder.append(1, null, ByteBuffer.wrap(noise), List.of()));
      assertEquals(Compression.NONE, new RecordBatch(builder.build(), 0).compression());
      assertTrue(builder.append(1, null, ByteBuffer.wrap(new byte[500]), List.of()));
      assertEquals(Compression.ZSTD, new RecordBatch(builder.build(), 0).compression());
    }
  }

  @Test
  void timestampsTooFarApartBeginAnotherBatch() {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, 1_000)) {
      assertTrue(builder.append(-2, null, null, List.of()));
      assertFalse(builder.append(Long.MAX_VALUE, null, null, List.of()));
      assertTrue(builder.append(Long.MAX_VALUE - 2, null, null, List.of()));
      assertEquals(Long.MAX_VALUE - 2, BatchHeader.maxTimestamp(builder.build(), 0));
    }
  }

  @Test
  void buffersOfAnyKindAreTakenFromPositionToLimit() {
    ByteBuffer direct = Samples.direct(utf8("##key#")).position(2).limit(5);
    ByteBuffer readOnly = utf8("value").asReadOnlyBuffer().position(3);
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, 1_000)) {
      assertTrue(builder.append(1, direct, readOnly, List.of()));
      assertEquals(2, direct.position());
      try (RecordCursor cursor = new RecordBatch(builder.build(), 0).records(LIMITS)) {
        assertTrue(cursor.next());
        assertEquals(utf8("key"), cursor.key());
        assertEquals(utf8("ue"), cursor.value());
      }
    }
  }

  @Test
  void batchesAreBuiltInTheSameMemory() {
    ByteBuffer value = ByteBuffer.allocate(1_000);
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.LZ4, 100_000)) {
      Runnable building =
          () -> {
            for (int round = 0; round < 200; round++) {
              for (int i = 0; i < 90; i++) {
                assertTrue(builder.append(i, value, value, List.of()) || i > 40);
              }
              builder.build();
              builder.clear();
            }
          };
      building.run();
      long allocated = AllocatedBytes.during(building);
      assertTrue(allocated < 200 * 10_000, () -> allocated + " bytes for 200 batches of 100 kB");
    }
  }

  @Test
  void aBatchHasRecordsAndABound() {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, 100)) {
      assertThrows(IllegalStateException.class, builder::build);
    }
    int header = BatchHeader.SIZE;
    assertThrows(
        IllegalArgumentException.class, () -> new RecordBatchBuilder(Compression.NONE, header));
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
