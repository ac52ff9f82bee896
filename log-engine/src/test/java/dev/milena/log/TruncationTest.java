package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.Disk;
import dev.milena.log.disk.NoSpaceException;
import dev.milena.log.disk.PassingDisk;
import dev.milena.log.disk.SimDisk;
import dev.milena.log.disk.SimFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * A truncation, and what it meets: readers of what is cut, and a device that has no room to store
 * it. Then the log is as it was, or cut, and the rest is made up for later. A crash leaves it
 * longer than it was cut, at most, and never damaged.
 */
class TruncationTest {
  private static final long CUT = 161;
  private static final long AFTER = 160;
  private static final long BEFORE = 400;

  private final SimDisk disk = new SimDisk(1);
  private final KeepsAll keepsAll = new KeepsAll(disk);

  /** Batches of five in four segments, all flushed, the last epoch far behind the cut. */
  private static PartitionLog log(LogDirectory directory) throws Exception {
    PartitionLog log = directory.openLog("t-0", LogFixtures.SMALL, 1_000).log();
    for (int i = 0; i < BEFORE / 5; i++) {
      append(log, i < 50 ? 3 : 4);
    }
    flush(log);
    directory.checkpoint();
    assertTrue(log.segmentCount() > 3, log.segmentCount() + " segments");
    return log;
  }

  private static void append(PartitionLog log, int epoch) {
    AppendOutcome outcome = log.append(LogFixtures.batch(5), epoch, 5_000);
    assertInstanceOf(AppendOutcome.Appended.class, outcome);
  }

  private static void flush(PartitionLog log) {
    GroupFlush flush = GroupFlush.byHand();
    flush.request(log, log::apply);
    assertTrue(flush.runRound());
  }

  private static byte[] contents(PartitionLog log) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] some : LogFixtures.read(log, 0, 2_000, Long.MAX_VALUE)) {
      all.writeBytes(some);
    }
    return all.toByteArray();
  }

  private static void assertBegins(byte[] all, byte[] front, String where) {
    assertEquals(-1, Arrays.mismatch(front, Arrays.copyOf(all, front.length)), where);
  }

  private static PartitionLog reopened(SimDisk disk) throws IOException {
    return LogFixtures.directory(disk).openLog("t-0", LogFixtures.SMALL, 1_000).log();
  }

  @Test
  void aReaderThatComesAfterItFindsNoDamageWhereBytesAreCutOrOthers() throws Exception {
    PartitionLog log = log(LogFixtures.directory(disk));
    try (LogSlice cut = log.locate(AFTER - 5, 10_000, BEFORE);
        LogSlice others = log.locate(AFTER - 5, 10_000, BEFORE)) {
      log.truncateTo(CUT);
      assertThrows(SliceTruncated.class, cut::trim, "the file ends there");

      while (log.logEnd() < AFTER + 50) {
        log.append(LogFixtures.batch(3), 5, 5_000);
      }
      assertThrows(SliceTruncated.class, others::trim, "other batches lie there");
    }
  }

  /** Only the sync of the records is final, as everywhere. */
  @Test
  void whateverCallFindsNoRoomTheLogIsAsItWasOrCutAndGoesOn() throws Exception {
    int struck = 0;
    for (int call = 1; call <= 25; call++) {
      for (int seed = 0; seed < 9; seed++) {
        struck += runWith(call, seed) ? 1 : 0;
      }
    }
    assertTrue(struck > 120, "only " + struck + " calls were refused");
  }

  private boolean runWith(int call, int seed) throws Exception {
    String where = "call " + call + ", seed " + seed + ": ";
    SimDisk struck = new SimDisk(seed);
    PartitionLog log = log(LogFixtures.directory(struck));
    byte[] before = contents(log);
    try (LogSlice kept = log.locate(AFTER - 5, 10_000, AFTER);
        LogSlice cut = log.locate(BEFORE - 5, 10_000, BEFORE)) {
      kept.trim();
      struck.failAt(struck.calls() + call, SimFault.NO_SPACE);
      boolean refused = isRefused(log);
      struck.heal();
      String last = struck.struckCall();
      boolean lost = last.startsWith("sync ") && last.endsWith(SegmentName.LOG);
      assertEquals(lost, log.offlineReason().isPresent(), where + log.offlineReason());
      assertTrue(log.logEnd() == AFTER || (refused && log.logEnd() == BEFORE), where + last);
      assertBegins(before, contents(log), where + "what is left");
      LogFixtures.check(kept);
      if (log.logEnd() == AFTER) {
        assertThrows(
            SliceTruncated.class,
            () -> {
              cut.trim();
              LogFixtures.check(cut);
            });
      }
    }
    goOn(log, lost(struck) ? 0 : seed % 3, where);
    long end = log.logEnd();
    long flushed = log.flushedEnd();
    byte[] promised = contents(log);
    PartitionLog again = reopened(seed % 2 == 0 ? struck.crash() : struck.restart());
    if (end > AFTER && end < BEFORE) {
      assertEquals(end, again.logEnd(), where + "appended behind the cut, and flushed");
      assertBegins(contents(again), promised, where + "after the crash");
    } else {
      assertTrue(again.logEnd() >= Math.min(flushed, AFTER), where + again.logEnd());
      assertBegins(before, contents(again), where + "after the crash");
    }
    append(again, 5);
    return !struck.struckCall().isEmpty();
  }

  private static boolean lost(SimDisk disk) {
    String last = disk.struckCall();
    return last.startsWith("sync ") && last.endsWith(SegmentName.LOG);
  }

  private static boolean isRefused(PartitionLog log) {
    try {
      log.truncateTo(CUT);
      return false;
    } catch (IOException full) {
      assertTrue(WholeIo.isNoSpace(full), full.toString());
      return true;
    }
  }

  private static void goOn(PartitionLog log, int how, String where) throws Exception {
    switch (how) {
      case 0 -> {}
      case 1 -> {
        log.truncateTo(CUT);
        assertEquals(AFTER, log.logEnd(), where);
        assertEquals(AFTER, log.flushedEnd(), where);
        assertEquals(3, log.epochs().lastEpoch(), where);
      }
      default -> {
        if (log.logEnd() == AFTER) {
          append(log, 5);
          flush(log);
          assertEquals(AFTER + 5, log.flushedEnd(), where);
        }
      }
    }
  }

  /** Cuts the log, which the device does not follow for want of room. */
  private void oweACut(PartitionLog log) {
    keepsAll.full = true;
    assertThrows(NoSpaceException.class, () -> log.truncateTo(CUT));
  }

  @Test
  void aCutThatIsOwedRefusesAppendsAsAFullDeviceAndReadsGoOn() throws Exception {
    LogDirectory directory = LogFixtures.directory(keepsAll);
    PartitionLog log = log(directory);
    byte[] before = contents(log);
    oweACut(log);

    assertEquals(AFTER, log.logEnd());
    assertInstanceOf(AppendOutcome.NoSpace.class, log.append(LogFixtures.batch(5), 5, 5_000));
    assertThrows(NoSpaceException.class, () -> log.truncateTo(CUT));
    assertThrows(NoSpaceException.class, () -> log.truncateTo(7), "one cut at a time");
    flush(log);
    assertBegins(before, contents(log), "reads go on");
    assertEquals(0, log.retain(1_000_000, 0));
    assertTrue(log.offlineReason().isEmpty());

    keepsAll.full = false;
    append(log, 5);
    flush(log);
    PartitionLog again = reopened(disk.crash());
    assertEquals(AFTER + 5, again.logEnd());
    assertEquals(5, again.epochs().lastEpoch());
    assertEquals(new EpochEnd(3, AFTER), again.epochs().endOffsetFor(4, again.logEnd()));
  }

  @Test
  void aStopThatStillOwesACutLeavesNoMarkerAndNothingDamaged() throws Exception {
    LogDirectory directory = LogFixtures.directory(keepsAll);
    PartitionLog log = log(directory);
    byte[] before = contents(log);
    oweACut(log);

    log.close();
    directory.close();

    LogDirectory after = LogFixtures.directory(disk.restart());
    assertFalse(after.wasClosedCleanly(), "the log is longer than it was left");
    PartitionLog again = after.openLog("t-0", LogFixtures.SMALL, 1_000).log();
    assertTrue(again.logEnd() >= AFTER);
    assertBegins(before, contents(again), "after the stop");
    again.truncateTo(CUT);
    assertEquals(AFTER, again.logEnd());
  }

  /** Refuses, while it is full, to delete anything of a log, as a file system of snapshots may. */
  private static final class KeepsAll extends PassingDisk {
    private boolean full;

    KeepsAll(Disk disk) {
      super(disk);
    }

    @Override
    public void delete(Path path) throws IOException {
      if (full && path.startsWith(LogFixtures.ROOT.resolve("t-0"))) {
        throw new NoSpaceException("delete " + path + ": No space left on device");
      }
      super.delete(path);
    }
  }
}
