package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.SimDisk;
import dev.milena.log.disk.SimFault;
import dev.milena.records.BatchFault;
import dev.milena.records.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PartitionLogTest {
  private final SimDisk disk = new SimDisk(1);
  private final LogDirectory directory = open(disk);

  private static LogDirectory open(SimDisk disk) {
    try {
      return LogFixtures.directory(disk);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private PartitionLog log(LogSettings settings) throws IOException {
    return directory.openLog("t-0", settings, 1_000).log();
  }

  private static AppendOutcome.Appended append(PartitionLog log, ByteBuffer batches) {
    return assertInstanceOf(AppendOutcome.Appended.class, log.append(batches, 3, 5_000));
  }

  @Test
  void batchesGetDenseOffsetsAndTheLeadersEpochInPlace() throws Exception {
    PartitionLog log = log(LogFixtures.SMALL);
    ByteBuffer two = ByteBuffer.allocate(10_000);
    two.put(LogFixtures.batch(3)).put(LogFixtures.batch(2)).flip();

    assertEquals(5, append(log, two).endOffset());
    AppendOutcome.Appended second = append(log, LogFixtures.batch(4));

    assertEquals(5, second.baseOffset());
    assertEquals(9, second.endOffset());
    assertEquals(9, log.logEnd());
    assertEquals(0, two.position());
    try (LogSlice slice = log.locate(4, 10_000, 9)) {
      assertEquals(9, slice.endOffset());
      ByteBuffer bytes = ByteBuffer.wrap(LogFixtures.bytes(slice));
      assertEquals(3, BatchHeader.baseOffset(bytes, 0));
      assertEquals(3, BatchHeader.partitionLeaderEpoch(bytes, 0));
      LogFixtures.check(slice);
    }
  }

  @Test
  void whatWasWrittenIsReadFromEveryOffsetUnderEveryVisibleEnd() throws Exception {
    PartitionLog log = log(LogFixtures.SMALL);
    SplittableRandom random = new SplittableRandom(7);
    List<byte[]> written = new ArrayList<>();
    List<Long> bases = new ArrayList<>();
    while (log.segmentCount() < 4) {
      ByteBuffer batch = LogFixtures.batch(random, random.nextInt(1, 5), random.nextInt(1, 60), 1);
      bases.add(log.logEnd());
      append(log, batch);
      written.add(LogFixtures.copy(batch));
    }
    bases.add(log.logEnd());
    for (long from = 0; from <= log.logEnd(); from++) {
      long visible = random.nextLong(from, log.logEnd() + 1);
      int maxBytes = random.nextInt(1, 3_000);
      checkAgainstTwin(log, written, bases, new SliceRequest(from, maxBytes, visible, 0));
    }
  }

  private static void checkAgainstTwin(
      PartitionLog log, List<byte[]> written, List<Long> bases, SliceRequest request)
      throws Exception {
    int first = 0;
    while (first + 1 < bases.size() && bases.get(first + 1) <= request.from()) {
      first++;
    }
    try (LogSlice slice = log.locate(request.from(), request.maxBytes(), request.visibleEnd())) {
      slice.trim();
      LogFixtures.check(slice);
      ByteBuffer expected = ByteBuffer.allocate(100_000);
      int next = first;
      while (next < written.size() && bases.get(next + 1) <= request.visibleEnd()) {
        boolean fits = expected.position() + written.get(next).length <= request.maxBytes();
        boolean sameSegment = expected.position() < slice.sizeInBytes();
        if (next > first && !(fits && sameSegment)) {
          break;
        }
        expected.put(written.get(next));
        next++;
      }
      assertArrayEquals(LogFixtures.copy(expected.flip()), LogFixtures.bytes(slice));
      assertEquals(next == first ? request.from() : bases.get(next), slice.endOffset());
    }
  }

  @Test
  void aFetchOutsideTheLogCarriesBothBounds() throws Exception {
    PartitionLog log = log(LogFixtures.SMALL);
    append(log, LogFixtures.batch(3));

    OffsetOutOfRange far = assertThrows(OffsetOutOfRange.class, () -> log.locate(4, 100, 3));

    assertEquals(0, far.logStart());
    assertEquals(3, far.logEnd());
    try (LogSlice atEnd = log.locate(3, 100, 3)) {
      assertTrue(atEnd.isEmpty());
      assertEquals(3, atEnd.endOffset());
    }
  }

  @Test
  void bytesThatAreNoBatchesAreRejectedWithWhere() throws Exception {
    PartitionLog log = log(LogFixtures.SMALL);
    ByteBuffer broken = ByteBuffer.allocate(10_000);
    broken.put(LogFixtures.batch(2));
    int second = broken.position();
    broken.put(LogFixtures.batch(3)).flip();
    broken.put(second + 70, (byte) (broken.get(second + 70) ^ 1));

    AppendOutcome.Rejected rejected =
        assertInstanceOf(AppendOutcome.Rejected.class, log.append(broken, 0, 1));

    assertEquals(BatchFault.BAD_CRC, rejected.fault());
    assertTrue(rejected.detail().contains("batch 1, at byte " + second), rejected.detail());
    assertEquals(0, log.logEnd());
    assertInstanceOf(
        AppendOutcome.Rejected.class, log.append(ByteBuffer.allocate(0), 0, 1), "no bytes at all");
  }

  @Test
  void logAppendTimeIsWrittenIntoTheBatchAndTold() throws Exception {
    PartitionLog log = log(LogFixtures.withTimestampType(TimestampType.LOG_APPEND_TIME));

    assertEquals(5_000, append(log, LogFixtures.batch(3)).logAppendTimeMs());

    try (LogSlice slice = log.locate(0, 10_000, 3)) {
      LogFixtures.check(slice);
      ByteBuffer bytes = ByteBuffer.wrap(LogFixtures.bytes(slice));
      assertEquals(5_000, BatchHeader.maxTimestamp(bytes, 0));
      assertTrue(BatchHeader.isLogAppendTime(bytes, 0));
    }
  }

  @Test
  void aFullDeviceRefusesAppendsAndComesBackByItself() throws Exception {
    PartitionLog log = log(LogFixtures.SMALL);
    append(log, LogFixtures.batch(3));
    disk.setCapacity(disk.usedBytes() + 10);

    assertInstanceOf(AppendOutcome.NoSpace.class, log.append(LogFixtures.batch(4), 3, 1));
    assertEquals(1, LogFixtures.read(log, 0, 10_000, 3).size());
    disk.setCapacity(Long.MAX_VALUE);

    assertEquals(3, append(log, LogFixtures.batch(4)).baseOffset());
    assertEquals(7, log.logEnd());
  }

  @Test
  void aShortWriteIsCutOffAgain() throws Exception {
    PartitionLog log = log(LogFixtures.SMALL);
    append(log, LogFixtures.batch(3));
    disk.failAt(disk.calls() + 1, SimFault.SHORT_WRITE);

    assertInstanceOf(AppendOutcome.NoSpace.class, log.append(LogFixtures.batch(4), 3, 1));

    assertEquals(
        log.sizeInBytes(), disk.sizeInBytes(SegmentName.log(LogFixtures.ROOT.resolve("t-0"), 0)));
    append(log, LogFixtures.batch(5));
    assertEquals(8, log.logEnd());
  }

  @Test
  void aFailedWriteTakesTheLogOfflineForGood() throws Exception {
    PartitionLog log = log(LogFixtures.SMALL);
    append(log, LogFixtures.batch(3));
    disk.failAt(disk.calls() + 1, SimFault.IO_ERROR);

    assertInstanceOf(AppendOutcome.Offline.class, log.append(LogFixtures.batch(4), 3, 1));

    assertInstanceOf(AppendOutcome.Offline.class, log.append(LogFixtures.batch(4), 3, 1));
    assertTrue(log.offlineReason().orElseThrow().contains("Input/output error"));
    assertEquals(1, LogFixtures.read(log, 0, 10_000, 3).size());
  }

  @Test
  void nothingIsReportedFlushedAfterAFailedSync() throws Exception {
    PartitionLog log = log(LogFixtures.SMALL);
    GroupFlush flush = GroupFlush.byHand();
    List<FlushResult> results = new ArrayList<>();
    append(log, LogFixtures.batch(3));
    flush.request(log, results::add);
    disk.failAt(disk.calls() + 1, SimFault.IO_ERROR);
    assertTrue(flush.runRound());
    flush.request(log, results::add);
    assertTrue(flush.runRound());

    assertEquals(2, results.size());
    for (FlushResult result : results) {
      assertInstanceOf(FlushResult.FlushFailed.class, result);
      assertFalse(log.apply(result));
    }
    assertEquals(0, log.flushedEnd());
  }

  @Test
  void aFlushThatBeganBeforeATruncationSaysNothingAboutWhatCameAfter() throws Exception {
    PartitionLog log = log(LogFixtures.SMALL);
    GroupFlush flush = GroupFlush.byHand();
    List<FlushResult> results = new ArrayList<>();
    append(log, LogFixtures.batch(3));
    append(log, LogFixtures.batch(4));
    flush.request(log, results::add);
    assertTrue(flush.runRound());

    log.truncateTo(3);
    append(log, LogFixtures.batch(5));

    assertFalse(log.apply(results.getFirst()));
    assertEquals(3, log.flushedEnd());
    assertEquals(8, log.logEnd());
  }

  @Test
  void aSegmentIsRolledByAgeAndByAFullIndex() throws Exception {
    PartitionLog byAge = log(LogFixtures.withSegmentMs(100));
    byAge.append(LogFixtures.batch(1), 0, 1_000);
    byAge.append(LogFixtures.batch(1), 0, 1_099);
    assertEquals(1, byAge.segmentCount());
    byAge.append(LogFixtures.batch(1), 0, 1_100);
    assertEquals(2, byAge.segmentCount());

    LogSettings oneEntry =
        new LogSettings(
            1 << 20,
            1_000_000,
            new LogSettings.Index(0, 8),
            new LogSettings.Kept(-1, -1, 86_400_000),
            1 << 20,
            TimestampType.CREATE_TIME);
    PartitionLog byIndex = directory.openLog("t-1", oneEntry, 1_000).log();
    for (int i = 0; i < 5; i++) {
      append(byIndex, LogFixtures.batch(1));
    }
    assertEquals(3, byIndex.segmentCount());
  }

  @Test
  void truncationReachesIntoClosedSegmentsAndTheEpochHistory() throws Exception {
    PartitionLog log = log(LogFixtures.SMALL);
    for (int i = 0; i < 60; i++) {
      assertInstanceOf(
          AppendOutcome.Appended.class, log.append(LogFixtures.batch(5), i / 20, 1_000));
    }
    assertTrue(log.segmentCount() > 2);

    log.truncateTo(112);

    assertEquals(110, log.logEnd());
    assertEquals(110, log.flushedEnd());
    assertEquals(1, log.epochs().lastEpoch());
    assertEquals(new EpochEnd(0, 100), log.epochs().endOffsetFor(0, log.logEnd()));
    append(log, LogFixtures.batch(2));
    assertEquals(112, log.logEnd());
    log.close();
    directory.close();
    PartitionLog again = open(disk.restart()).openLog("t-0", LogFixtures.SMALL, 1).log();
    assertEquals(112, again.logEnd());
    assertEquals(3, again.epochs().lastEpoch());
  }

  @Test
  void aHeldSliceLearnsThatItsBytesWereCut() throws Exception {
    PartitionLog log = log(LogFixtures.SMALL);
    append(log, LogFixtures.batch(3));
    append(log, LogFixtures.batch(4));
    try (LogSlice kept = log.locate(0, 1, 7);
        LogSlice cut = log.locate(3, 10_000, 7)) {
      log.truncateTo(3);
      append(log, LogFixtures.batch(6));

      assertEquals(kept.sizeInBytes(), kept.read(0, ByteBuffer.allocate(10_000)));
      assertThrows(SliceTruncated.class, () -> cut.read(0, ByteBuffer.allocate(10_000)));
    }
  }

  @Test
  void aHeldSliceStaysReadableWhenRetentionOrDeletionTakeItsFile() throws Exception {
    PartitionLog log = log(LogFixtures.SMALL.withRetention(-1, 5_000));
    while (log.segmentCount() < 4) {
      append(log, LogFixtures.batch(5));
    }
    try (LogSlice first = log.locate(0, 100_000, log.logEnd());
        LogSlice last = log.locate(log.logEnd() - 5, 100_000, log.logEnd())) {
      assertTrue(log.retain(2_000, log.logEnd()) > 0);
      assertTrue(directory.reap() > 0);
      assertThrows(OffsetOutOfRange.class, () -> log.locate(0, 100, 5));
      first.trim();
      LogFixtures.check(first);
      directory.deleteLog(log);
      assertTrue(directory.reap() > 0);
      assertEquals(List.of(), directory.logs());
      last.trim();
      LogFixtures.check(last);
    }
  }

  @Test
  void searchesByTimeFindTheFirstBatchThatIsLateEnough() throws Exception {
    PartitionLog log = log(LogFixtures.SMALL);
    SplittableRandom random = new SplittableRandom(3);
    List<Long> times = new ArrayList<>();
    while (log.segmentCount() < 4) {
      long time = times.size() * 10L + random.nextLong(-30, 30);
      times.add(time);
      append(log, LogFixtures.batch(random, 2, 20, time));
    }
    for (long time = -40; time < times.size() * 10L + 40; time += 7) {
      long visible = random.nextLong(log.logEnd() + 1);
      long expected = -1;
      for (int i = 0; i < times.size() && expected < 0; i++) {
        expected = times.get(i) >= time && (i + 1) * 2L <= visible ? i * 2L : -1;
      }
      assertEquals(expected, find(log, new TimeSearch(time, 0, visible)), "time " + time);
    }
  }

  private static long find(PartitionLog log, TimeSearch search) throws Exception {
    TimeSearch next = search;
    while (next.from() < next.visibleEnd()) {
      try (LogSlice slice = log.locate(next, 1)) {
        slice.trim();
        if (!slice.isEmpty()) {
          return BatchHeader.baseOffset(ByteBuffer.wrap(LogFixtures.bytes(slice)), 0);
        }
        next = new TimeSearch(search.timestampMs(), slice.endOffset(), search.visibleEnd());
      }
    }
    return -1;
  }

  @Test
  void retentionByTimeGoesByTheYoungerOfRecordAndAppend() throws Exception {
    PartitionLog log = log(LogFixtures.SMALL.withRetention(1_000, -1));
    SplittableRandom random = new SplittableRandom(3);
    long old = 1_000_000;
    long future = 10_000_000_000L;
    for (int i = 0; i < 30; i++) {
      log.append(LogFixtures.batch(random, 5, 50, i < 10 ? future : 1), 0, old);
    }
    assertEquals(0, log.retain(old + 1_000, log.logEnd()), "records of 1970, appended just now");
    assertEquals(0, log.retain(old - 5_000_000, log.logEnd()), "a clock that went back");
    assertEquals(0, log.retain(old + 1_001, 3), "not past the high watermark");

    assertEquals(log.segmentCount(), log.retain(old + 1_001, log.logEnd()));

    assertEquals(150, log.logStart());
    assertEquals(150, log.logEnd());
    assertEquals(1, log.segmentCount());
  }

  @Test
  void whereNobodyKnowsTheTimeRetentionGoesBySizeAlone() throws Exception {
    PartitionLog log = log(LogFixtures.SMALL.withRetention(1, 5_000));
    while (log.segmentCount() < 4) {
      append(log, LogFixtures.batch(5));
    }
    assertTrue(log.retain(LogSettings.NO_TIME, log.logEnd()) > 0);
    assertTrue(log.logStart() < log.logEnd());
  }

  @Test
  void deletedRecordsStayDeletedAfterACrash() throws Exception {
    PartitionLog log = log(LogFixtures.SMALL.withRetention(-1, 5_000));
    while (log.segmentCount() < 4) {
      append(log, LogFixtures.batch(5));
    }
    assertTrue(log.retain(5_000, log.logEnd()) > 0);
    directory.reap();
    LogDirectory after = open(disk.crash());
    PartitionLog again = after.openLog("t-0", LogFixtures.SMALL, 1).log();

    assertEquals(log.logStart(), again.logStart());
    assertFalse(after.wasClosedCleanly());
  }
}
