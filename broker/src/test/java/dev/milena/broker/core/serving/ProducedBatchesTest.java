package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.SampleBatches;
import dev.milena.records.BatchChecksum;
import dev.milena.records.BatchHeader;
import dev.milena.records.Compression;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProducedBatchesTest {
  private static final PartitionName WHERE = new PartitionName("logs", 0);
  private static final int ATTRIBUTES_AT = 21;
  private static final int PRODUCER_ID_AT = 43;
  private static final int RECORD_COUNT_AT = 57;
  private static final int LAST_OFFSET_DELTA_AT = 23;
  private static final int CRC_AT = 17;

  @Test
  void goodBatchesAreCounted() {
    ByteBuffer batches =
        SampleBatches.joined(
            SampleBatches.of(5, "a", "b"), SampleBatches.of(Compression.GZIP, 6, "c"));
    var fit =
        assertInstanceOf(
            ProducedBatches.Inspection.Fit.class, ProducedBatches.inspect(batches, WHERE));
    assertEquals(3, fit.recordCount());
    assertEquals(0, batches.position());
  }

  @ParameterizedTest
  @ValueSource(ints = {1 << 3, 1 << 4, 1 << 5, 1 << 6})
  void attributesThatAClientMayNotSetAreRefused(int bit) {
    ByteBuffer batch = SampleBatches.of(5, "a");
    batch.putShort(ATTRIBUTES_AT, (short) (batch.getShort(ATTRIBUTES_AT) | bit));
    assertEquals(ErrorKind.INVALID_RECORD, refusal(sealed(batch)).kind());
  }

  @Test
  void idempotentProducersAreRefusedAndToldWhy() {
    ByteBuffer batch = SampleBatches.of(5, "a");
    batch.putLong(PRODUCER_ID_AT, 7);
    Refusal refusal = refusal(sealed(batch));
    assertEquals(ErrorKind.INVALID_RECORD, refusal.kind());
    assertTrue(refusal.message().contains("idempotent"), refusal.message());
  }

  @Test
  void lieAboutTheNumberOfRecordsIsRefusedThoughTheCrcIsRight() {
    ByteBuffer batch = SampleBatches.of(5, "aaaaaaaaaaaaaaaaaaaa", "b");
    batch.putInt(RECORD_COUNT_AT, 3);
    batch.putInt(LAST_OFFSET_DELTA_AT, 2);
    assertEquals(ErrorKind.CORRUPT_BATCH, refusal(sealed(batch)).kind());
  }

  @Test
  void moreRecordsThanARequestCanHaveAreRefusedOverAllItsBatches() {
    ByteBuffer liar = SampleBatches.of(Compression.GZIP, 5, "a".repeat(100));
    liar.putInt(RECORD_COUNT_AT, Integer.MAX_VALUE);
    liar.putInt(LAST_OFFSET_DELTA_AT, Integer.MAX_VALUE - 1);
    sealed(liar);
    assertInstanceOf(ProducedBatches.Inspection.Fit.class, ProducedBatches.inspect(liar, WHERE));
    Refusal refusal = refusal(SampleBatches.joined(liar, SampleBatches.of(5, "b")));
    assertEquals(ErrorKind.CORRUPT_BATCH, refusal.kind());
    assertTrue(refusal.message().contains("at byte " + liar.limit()), refusal.message());
    assertTrue(refusal.message().contains("2147483648 records"), refusal.message());
  }

  @Test
  void everyPrefixIsRefused() {
    ByteBuffer batch = SampleBatches.of(5, "a", "b");
    for (int length = 0; length < batch.limit(); length++) {
      ErrorKind expected = length == 0 ? ErrorKind.INVALID_REQUEST : ErrorKind.CORRUPT_BATCH;
      assertEquals(expected, refusal(batch.duplicate().limit(length)).kind(), "of " + length);
    }
  }

  @Test
  void noFlippedByteMakesItThrow() {
    ByteBuffer batch = SampleBatches.of(5, "a", "b", "c");
    int refused = 0;
    for (int at = 0; at < batch.limit(); at++) {
      ByteBuffer flipped = SampleBatches.joined(batch);
      flipped.put(at, (byte) (flipped.get(at) ^ 0x81));
      if (ProducedBatches.inspect(flipped, WHERE) instanceof ProducedBatches.Inspection.Unfit) {
        refused++;
      }
    }
    assertTrue(refused > BatchHeader.SIZE / 2, "refused " + refused + " of " + batch.limit());
  }

  private static ByteBuffer sealed(ByteBuffer batch) {
    batch.putInt(CRC_AT, new BatchChecksum().of(batch, 0, batch.limit()));
    return batch;
  }

  private static Refusal refusal(ByteBuffer batches) {
    return assertInstanceOf(
            ProducedBatches.Inspection.Unfit.class, ProducedBatches.inspect(batches, WHERE))
        .refusal();
  }
}
