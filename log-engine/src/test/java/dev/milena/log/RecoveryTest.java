package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.SimDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a start reads, cuts and makes anew, and that it says so. */
class RecoveryTest {
  private static final LogSettings SETTINGS = LogFixtures.SMALL;

  /** Where it stands in a batch of format v2. */
  private static final int LEADER_EPOCH_AT = 12;

  private final SimDisk disk = new SimDisk(5);

  private static PartitionLog filled(LogDirectory directory, int segments) throws Exception {
    PartitionLog log = directory.openLog("t-0", SETTINGS, 1).log();
    while (log.segmentCount() < segments || log.unflushedBytes() < 1_000) {
      log.append(LogFixtures.batch(5), 0, 1_000);
    }
    return log;
  }

  private static OpenedLog reopened(SimDisk disk) throws Exception {
    return LogFixtures.directory(disk).openLog("t-0", SETTINGS, 1);
  }

  @Test
  void theLastEpochIsKnownThoughRetentionTookEveryBatch() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    LogSettings byAge = SETTINGS.withRetention(1_000, -1);
    PartitionLog log = directory.openLog("t-0", byAge, 1).log();
    log.append(LogFixtures.batch(5), 7, 1_000);
    assertEquals(1, log.retain(9_000, log.logEnd()));
    log.close();
    directory.close();

    PartitionLog again = reopened(disk.restart()).log();

    assertEquals(5, again.logStart());
    assertEquals(7, again.epochs().lastEpoch());
    assertEquals(new EpochEnd(7, 5), again.epochs().endOffsetFor(8, again.logEnd()));
  }

  @Test
  void afterAnOrderlyStopNothingIsRead() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = filled(directory, 4);
    log.close();
    directory.close();

    LogDirectory again = LogFixtures.directory(disk.restart());
    OpenedLog opened = again.openLog("t-0", SETTINGS, 1);

    assertTrue(again.wasClosedCleanly());
    assertFalse(LogFixtures.foundWork(opened.report()), opened.report().toString());
    assertEquals(4, opened.report().segments());
    assertEquals(log.logEnd(), opened.log().flushedEnd());
  }

  @Test
  void aLogThatNothingWasAppendedToIsClosedWithoutAWrite() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = filled(directory, 2);
    PartitionLog empty = directory.openLog("t-1", SETTINGS, 1).log();
    assertEquals(1, callsOf(disk, empty), "the sync");
    assertTrue(callsOf(disk, log) > 1);
    directory.close();
    SimDisk stopped = disk.restart();
    LogDirectory again = LogFixtures.directory(stopped);

    assertEquals(1, callsOf(stopped, again.openLog("t-0", SETTINGS, 1).log()), "the sync");

    again.close();
    OpenedLog third = reopened(stopped.restart());
    assertFalse(LogFixtures.foundWork(third.report()), third.report().toString());
    assertEquals(log.logEnd(), third.log().flushedEnd());
  }

  private static long callsOf(SimDisk disk, PartitionLog closed) throws Exception {
    long before = disk.calls();
    closed.close();
    return disk.calls() - before;
  }

  @Test
  void retentionKeepsWhatWasAppendedBetweenAnOrderlyStopAndAKill() throws Exception {
    long nowMs = 1_800_000_000_000L;
    LogSettings week = SETTINGS.withRetention(7L * 24 * 3600 * 1000, LogSettings.NO_LIMIT);
    LogDirectory first = LogFixtures.directory(disk);
    first.openLog("t-0", week, nowMs).log().close();
    first.close();
    SimDisk stopped = disk.restart();
    PartitionLog log = LogFixtures.directory(stopped).openLog("t-0", week, nowMs).log();
    log.append(LogFixtures.batch(new SplittableRandom(1), 5, 20, nowMs), 0, nowMs);
    SimDisk killed = stopped.restart();

    PartitionLog again = LogFixtures.directory(killed).openLog("t-0", week, nowMs + 1).log();

    assertEquals(0, again.retain(nowMs + 60_000, again.logEnd()));
    assertEquals(0, again.logStart());
    assertEquals(5, again.logEnd());
  }

  @Test
  void afterAKillOnlyTheLastSegmentBehindTheCheckpointIsScanned() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = filled(directory, 4);
    int unflushed = log.unflushedBytes();
    SimDisk killed = disk.restart();

    RecoveryReport report = reopened(killed).report();

    assertEquals(unflushed, report.scannedBytes());
    assertEquals(0, report.walkedBytes());
    assertEquals(0, report.cutBytes());
    assertEquals(log.logEnd(), report.flushedEnd());
    assertTrue(LogFixtures.foundWork(report));
  }

  @Test
  void whatTheCheckpointVouchesForIsWalkedOverAndNotChecked() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = filled(directory, 2);
    GroupFlush flush = GroupFlush.byHand();
    flush.request(log, log::apply);
    assertTrue(flush.runRound());
    directory.checkpoint();
    long flushed = log.sizeInBytes();
    log.append(LogFixtures.batch(7), 0, 1_000);

    RecoveryReport report = reopened(disk.restart()).report();

    assertEquals(log.sizeInBytes() - flushed, report.scannedBytes());
    assertTrue(report.walkedBytes() >= 1_000);
  }

  @Test
  void aTornTailIsCutAndTheReportSaysHowMuchAndWhy() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = filled(directory, 1);
    long end = log.logEnd();
    long bytes = log.sizeInBytes();
    ByteBuffer torn = LogFixtures.batch(40);
    int size = torn.remaining();
    log.append(torn, 0, 1_000);
    SimDisk killed = disk.restart();
    Path file = SegmentName.log(LogFixtures.ROOT.resolve("t-0"), 0);
    try (DiskFile tail = killed.open(file)) {
      tail.truncate(bytes + size - 100);
    }

    OpenedLog opened = reopened(killed);

    assertEquals(end, opened.log().logEnd());
    assertEquals(size - 100, opened.report().cutBytes());
    assertEquals("the file ends inside a batch", opened.report().cutReason());
    assertEquals(bytes, killed.sizeInBytes(file));
    assertFalse(reopened(killed.restart()).report().cutBytes() > 0);
  }

  @Test
  void sectorsThatWereNeverWrittenAreATornTailToo() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = filled(directory, 1);
    long end = log.logEnd();
    long bytes = log.sizeInBytes();
    log.append(LogFixtures.batch(60), 0, 1_000);
    log.append(LogFixtures.batch(3), 0, 1_000);
    SimDisk killed = disk.restart();
    Path file = SegmentName.log(LogFixtures.ROOT.resolve("t-0"), 0);
    long sector = (bytes / 512 + 1) * 512;
    try (DiskFile tail = killed.open(file)) {
      tail.write(ByteBuffer.allocate(512), sector);
    }

    OpenedLog opened = reopened(killed);

    assertEquals(end, opened.log().logEnd());
    assertTrue(opened.report().cutReason().startsWith("sectors were never written"));
  }

  /** The sector that was never written holds seven of the eight bytes of a base offset. */
  @Test
  void aBaseOffsetOfWhichTheFirstBytesWereNeverWrittenIsATornTailToo() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = directory.openLog("t-0", LogSettings.DEFAULTS, 1).log();
    log.append(LogFixtures.batch(300), 0, 1_000);
    log.append(endingAt(505, log.sizeInBytes()), 0, 1_000);
    long end = log.logEnd();
    long bytes = log.sizeInBytes();
    assertEquals(505, bytes % 512);
    log.append(LogFixtures.batch(3), 0, 1_000);
    SimDisk killed = disk.restart();
    try (DiskFile tail = killed.open(SegmentName.log(LogFixtures.ROOT.resolve("t-0"), 0))) {
      tail.write(ByteBuffer.allocate(7), bytes);
    }

    OpenedLog opened = reopened(killed);

    assertEquals(end, opened.log().logEnd());
    assertTrue(opened.report().cutReason().startsWith("sectors were never written"));
  }

  /** A batch after which the next begins at this byte of a sector. */
  private static ByteBuffer endingAt(int byteOfSector, long sizeInBytes) {
    for (int valueBytes = 1; ; valueBytes++) {
      ByteBuffer batch = LogFixtures.batch(new SplittableRandom(1), 1, valueBytes, 1_000);
      if ((sizeInBytes + batch.remaining()) % 512 == byteOfSector) {
        return batch;
      }
    }
  }

  @Test
  void leftoversOfAnInterruptedRunAreDeleted() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    filled(directory, 2);
    Path folder = LogFixtures.ROOT.resolve("t-0");
    disk.create(folder.resolve("leader-epochs.tmp"));
    disk.create(folder.resolve("00000000000000009999.index"));
    SimDisk killed = disk.restart();

    assertEquals(2, reopened(killed).report().deletedFiles());
    assertFalse(killed.exists(folder.resolve("leader-epochs.tmp")));
  }

  @Test
  void anEpochThatIsDamagedTakesTheLogOfflineAtTheNextAppendAndIsNamed() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    directory.openLog("t-0", SETTINGS, 1).log().append(LogFixtures.batch(5), 0, 1_000);
    SimDisk killed = disk.restart();
    Path segment = SegmentName.log(LogFixtures.ROOT.resolve("t-0"), 0);
    try (DiskFile file = killed.open(segment)) {
      file.write(ByteBuffer.wrap(new byte[] {0, (byte) 0x80, 0, 0}), LEADER_EPOCH_AT);
    }

    PartitionLog again = reopened(killed).log();
    AppendOutcome outcome = again.append(LogFixtures.batch(5), 2, 1_000);

    AppendOutcome.Offline offline = assertInstanceOf(AppendOutcome.Offline.class, outcome);
    assertTrue(offline.reason().contains("leader epoch 8388608"), offline.reason());
    assertEquals(5, again.logEnd());
    try (LogSlice slice = again.locate(0, 1_000, 5)) {
      assertTrue(slice.sizeInBytes() > 0, "what is there can be read");
    }
  }
}
