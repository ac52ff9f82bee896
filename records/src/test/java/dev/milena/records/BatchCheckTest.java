package dev.milena.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchCheckTest {
  private static final int LARGE = 1 << 20;
  private static final Set<BatchFault> LENGTH_FAULTS =
      EnumSet.of(
          BatchFault.TRUNCATED, BatchFault.BAD_LENGTH, BatchFault.TOO_LARGE, BatchFault.BAD_CRC);

  private final SplittableRandom random = new SplittableRandom(Samples.seed("BatchCheckTest"));
  private final BatchCheck check = BatchCheck.ofProduced();

  @ParameterizedTest
  @EnumSource
  void everyPrefixOfABatchIsTruncated(Compression compression) {
    ByteBuffer whole = Samples.batch(compression, Samples.records(random, 30));
    for (ByteBuffer batch : List.of(whole, Samples.direct(whole))) {
      for (int size = 1; size < whole.limit(); size++) {
        batch.limit(size);
        assertEquals(BatchFault.TRUNCATED, check.check(batch, LARGE), "prefix of " + size);
        assertEquals(0, check.goodEnd());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyFlippedByteIsNoticedUnlessTheLogPatchesIt(Compression compression) {
    ByteBuffer whole = Samples.batch(compression, Samples.records(random, 30));
    for (ByteBuffer batch : List.of(whole, Samples.direct(whole))) {
      for (int at = 0; at < batch.limit(); at++) {
        byte before = batch.get(at);
        batch.put(at, (byte) (before ^ random.nextInt(1, 256)));
        assertFlipNoticed(at, check.check(batch, LARGE));
        batch.put(at, before);
      }
      assertEquals(BatchFault.NONE, check.check(batch, LARGE));
    }
  }

  private static void assertFlipNoticed(int at, BatchFault fault) {
    if (at < BatchHeader.LENGTH_AT
        || (at >= BatchHeader.LEADER_EPOCH_AT && at < BatchHeader.MAGIC_AT)) {
      assertEquals(BatchFault.NONE, fault, "base offset and leader epoch are the log's to set");
    } else if (at < BatchHeader.LEADER_EPOCH_AT) {
      assertTrue(LENGTH_FAULTS.contains(fault), () -> "byte " + at + ": " + fault);
    } else if (at == BatchHeader.MAGIC_AT) {
      assertEquals(BatchFault.UNSUPPORTED_MAGIC, fault);
    } else {
      assertEquals(BatchFault.BAD_CRC, fault, "byte " + at);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBatchThatComesInPiecesIsCheckedLikeOneThatIsThereAsAWhole(Compression compression) {
    ByteBuffer whole = Samples.batch(compression, Samples.records(random, 30));
    for (int flips = 0; flips < 200; flips++) {
      int at = random.nextInt(BatchHeader.MAGIC_END, whole.limit());
      byte before = whole.get(at);
      whole.put(at, (byte) (before ^ random.nextInt(256)));

      assertEquals(check.checkOne(whole, 0, LARGE), check.checkSummed(whole, 0, inPieces(whole)));
      whole.put(at, before);
    }
  }

  private int inPieces(ByteBuffer batch) {
    BatchChecksum checksum = new BatchChecksum();
    checksum.begin(batch, 0);
    for (int at = BatchHeader.SIZE; at < batch.limit(); ) {
      int bytes = random.nextInt(1, batch.limit() - at + 1);
      checksum.add(batch.slice(at, bytes));
      at += bytes;
    }
    return checksum.value();
  }

  @Test
  void aRunIsGoodUpToItsFirstFault() {
    ByteBuffer one = Samples.batch(Compression.NONE, Samples.records(random, 3));
    ByteBuffer two = Samples.batch(Compression.ZSTD, Samples.records(random, 40));
    ByteBuffer run = ByteBuffer.allocate(7 + 2 * one.limit() + two.limit() + 9);
    run.position(7).put(one.duplicate()).put(two.duplicate()).put(one.duplicate()).flip();
    run.position(7);

    assertEquals(BatchFault.NONE, check.check(run, LARGE));
    assertEquals(3, check.batchCount());
    assertEquals(run.limit(), check.goodEnd());
    assertEquals(7, run.position());

    run.put(run.limit() - 1, (byte) (run.get(run.limit() - 1) + 1));
    assertEquals(BatchFault.BAD_CRC, check.check(run, LARGE));
    assertEquals(2, check.batchCount());
    assertEquals(7 + one.limit() + two.limit(), check.goodEnd());

    run.limit(run.limit() - 1);
    assertEquals(BatchFault.TRUNCATED, check.check(run, LARGE));
    assertEquals(2, check.batchCount());
  }

  @Test
  void noBytesAreNoFault() {
    assertEquals(BatchFault.NONE, check.check(ByteBuffer.allocate(0), LARGE));
    assertEquals(0, check.batchCount());
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -13, -12, -1, 0, 1, 13, 14, 48})
  void impossibleLengthsAreRefused(int length) {
    ByteBuffer batch = Samples.batch(Compression.NONE, Samples.records(random, 3));
    batch.putInt(BatchHeader.LENGTH_AT, length);
    assertEquals(BatchFault.BAD_LENGTH, check.check(batch, LARGE));
  }

  @ParameterizedTest
  @ValueSource(ints = {1 << 20, (1 << 30) - 12, 1 << 30, Integer.MAX_VALUE - 12, Integer.MAX_VALUE})
  void lengthsBeyondTheBoundAreRefusedBeforeTheBytesAreThere(int length) {
    ByteBuffer batch = Samples.batch(Compression.NONE, Samples.records(random, 3));
    batch.putInt(BatchHeader.LENGTH_AT, length);
    assertEquals(BatchFault.TOO_LARGE, check.check(batch, LARGE));
    BatchFault unbounded = check.check(batch, Integer.MAX_VALUE);
    boolean possible = length <= BatchCheck.LARGEST_BATCH_BYTES - BatchHeader.LENGTH_END;
    assertEquals(possible ? BatchFault.TRUNCATED : BatchFault.TOO_LARGE, unbounded);
  }

  @Test
  void theBoundCountsTheWholeBatch() {
    ByteBuffer batch = Samples.batch(Compression.NONE, Samples.records(random, 3));
    assertEquals(BatchFault.NONE, check.check(batch, batch.limit()));
    assertEquals(BatchFault.TOO_LARGE, check.check(batch, batch.limit() - 1));
  }

  @ParameterizedTest
  @ValueSource(bytes = {0, 1, 3, -1})
  void otherFormatsAreRefused(byte magic) {
    ByteBuffer batch = Samples.batch(Compression.NONE, Samples.records(random, 3));
    batch.put(BatchHeader.MAGIC_AT, magic);
    assertEquals(BatchFault.UNSUPPORTED_MAGIC, check.check(batch, LARGE));
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 6, 7})
  void compressionsThatDoNotExistAreRefused(int code) {
    ByteBuffer batch = Samples.batch(Compression.NONE, Samples.records(random, 3));
    batch.putShort(BatchHeader.ATTRIBUTES_AT, (short) code);
    assertEquals(BatchFault.UNSUPPORTED_COMPRESSION, check.check(Samples.reseal(batch), LARGE));
  }

  @Test
  void aProducersCountIsTheOffsetsItCovers() {
    assertEquals(BatchFault.BAD_COUNT, produced(0, -1));
    assertEquals(BatchFault.BAD_COUNT, produced(0, 0));
    assertEquals(BatchFault.BAD_COUNT, produced(-1, -2));
    assertEquals(BatchFault.BAD_COUNT, produced(3, 3));
    assertEquals(BatchFault.BAD_COUNT, produced(3, 1));
    assertEquals(BatchFault.BAD_COUNT, produced(Integer.MIN_VALUE, Integer.MAX_VALUE));
    assertEquals(BatchFault.NONE, produced(3, 2));
  }

  @Test
  void aStoredBatchMayHaveLostRecordsToCompaction() {
    assertEquals(BatchFault.NONE, stored(3, 2));
    assertEquals(BatchFault.NONE, stored(2, 2));
    assertEquals(BatchFault.NONE, stored(0, 2));
    assertEquals(BatchFault.BAD_COUNT, stored(4, 2));
    assertEquals(BatchFault.BAD_COUNT, stored(0, -1));
    assertEquals(BatchFault.BAD_COUNT, stored(-1, 2));
  }

  @Test
  void moreRecordsThanBytesForThemAreRefused() {
    byte[] body = new byte[70];
    ByteBuffer batch = Samples.batchOf(Compression.NONE, 11, body);
    assertEquals(BatchFault.BAD_COUNT, check.check(batch, LARGE));
    batch = Samples.batchOf(Compression.NONE, 10, body);
    assertEquals(BatchFault.NONE, check.check(batch, LARGE));
    batch = Samples.batchOf(Compression.GZIP, 11, body);
    assertEquals(BatchFault.NONE, check.check(batch, LARGE));
  }

  @Test
  void checkingAllocatesNothing() {
    ByteBuffer heap = Samples.batch(Compression.NONE, Samples.records(random, 100));
    ByteBuffer direct = Samples.direct(heap);
    Runnable checks =
        () -> {
          for (int i = 0; i < 20_000; i++) {
            assertEquals(BatchFault.NONE, check.check(heap, LARGE));
            assertEquals(BatchFault.NONE, check.check(direct, LARGE));
          }
        };
    checks.run();
    long allocated = AllocatedBytes.during(checks);
    assertTrue(allocated < 20_000, () -> allocated + " bytes for 40,000 batches");
  }

  private BatchFault produced(int recordCount, int lastOffsetDelta) {
    return check.check(counted(recordCount, lastOffsetDelta), LARGE);
  }

  private BatchFault stored(int recordCount, int lastOffsetDelta) {
    return BatchCheck.ofStored().check(counted(recordCount, lastOffsetDelta), LARGE);
  }

  private ByteBuffer counted(int recordCount, int lastOffsetDelta) {
    ByteBuffer batch = Samples.batch(Compression.GZIP, Samples.records(random, 3));
    batch.putInt(BatchHeader.RECORD_COUNT_AT, recordCount);
    batch.putInt(BatchHeader.LAST_OFFSET_DELTA_AT, lastOffsetDelta);
    return Samples.reseal(batch);
  }
}
