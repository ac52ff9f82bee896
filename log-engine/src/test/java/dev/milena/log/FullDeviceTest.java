package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.AppendOutcome.NoSpace;
import dev.milena.log.disk.SimDisk;
import dev.milena.log.disk.SimFault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a device that is full to the last byte may stop, and what it may not. */
class FullDeviceTest {
  private final SimDisk disk = new SimDisk(1);

  private static PartitionLog log(SimDisk disk) throws IOException {
    return LogFixtures.directory(disk).openLog("t-0", LogFixtures.SMALL, 1_000).log();
  }

  private static PartitionLog logOfThree(SimDisk disk) throws IOException {
    PartitionLog log = log(disk);
    assertInstanceOf(AppendOutcome.Appended.class, log.append(LogFixtures.batch(3), 3, 5_000));
    return log;
  }

  /** A log of several segments, of which retention keeps the last or so, on a full device. */
  private PartitionLog fullOf(LogDirectory directory) throws IOException {
    LogSettings settings = LogFixtures.SMALL.withRetention(-1, 5_000);
    PartitionLog log = directory.openLog("t-0", settings, 1_000).log();
    while (log.segmentCount() < 4) {
      appendTo(log);
    }
    directory.checkpoint();
    appendTo(log);
    disk.setCapacity(disk.usedBytes());
    assertInstanceOf(AppendOutcome.NoSpace.class, log.append(LogFixtures.batch(9), 3, 5_000));
    return log;
  }

  private static void appendTo(PartitionLog log) {
    assertInstanceOf(AppendOutcome.Appended.class, log.append(LogFixtures.batch(9), 3, 5_000));
  }

  private static void flush(PartitionLog log) {
    GroupFlush flush = GroupFlush.byHand();
    flush.request(log, log::apply);
    assertTrue(flush.runRound());
  }

  @Test
  void retentionMakesRoomAndAppendsGoOn() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = fullOf(directory);

    assertTrue(log.retain(1_000, log.logEnd()) > 0);
    directory.checkpoint();
    assertTrue(directory.reap() > 0);

    appendTo(log);
    assertTrue(disk.usedBytes() > Reserve.STEP_BYTES, "the reserve is there again");
    long start = log.logStart();
    PartitionLog again = log(disk.crash());
    assertEquals(start, again.logStart(), "what was deleted stays deleted");
  }

  @Test
  void retentionTakesEvenTheOnlySegmentAndKeepsItsEpoch() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    LogSettings settings = LogFixtures.SMALL.withRetention(1_000, -1);
    PartitionLog log = directory.openLog("t-0", settings, 1_000).log();
    appendTo(log);
    flush(log);
    directory.checkpoint();
    long end = log.logEnd();
    disk.setCapacity(disk.usedBytes());
    assertInstanceOf(AppendOutcome.NoSpace.class, log.append(LogFixtures.batch(9), 3, 5_000));

    assertEquals(1, log.retain(6_001, end));
    directory.checkpoint();
    assertEquals(1, directory.reap());

    assertEquals(end, log.logStart());
    PartitionLog again = log(disk.crash());
    assertEquals(end, again.logStart());
    assertEquals(end, again.logEnd());
    assertEquals(3, again.epochs().lastEpoch());
  }

  @Test
  void oneLogAtATimeMayCloseItsOnlySegmentInTheRoomOfTheReserve() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    LogSettings settings = LogFixtures.SMALL.withRetention(1_000, -1);
    List<PartitionLog> logs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      PartitionLog log = directory.openLog("t-" + i, settings, 1_000).log();
      appendTo(log);
      flush(log);
      logs.add(log);
    }
    directory.checkpoint();
    disk.setCapacity(disk.usedBytes());

    assertEquals(1, logs.get(0).retain(6_001, 9));
    assertEquals(0, logs.get(1).retain(6_001, 9), "the checkpoint has to come first");
    directory.checkpoint();
    assertEquals(1, directory.reap());
    disk.setCapacity(disk.usedBytes() + 4 * Reserve.STEP_BYTES);
    directory.checkpoint();
    assertEquals(1, logs.get(1).retain(6_001, 9));
    assertEquals(1, logs.get(2).retain(6_001, 9), "there is room without the reserve now");
  }

  @Test
  void deletingATopicMakesRoomAndAppendsGoOn() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog other = directory.openLog("other-0", LogFixtures.SMALL, 1_000).log();
    PartitionLog log = fullOf(directory);
    assertInstanceOf(AppendOutcome.NoSpace.class, other.append(LogFixtures.batch(9), 3, 5_000));

    directory.deleteLog(log);
    directory.checkpoint();
    assertTrue(directory.reap() > 0);

    appendTo(other);
    assertEquals(List.of("other-0"), LogFixtures.directory(disk.crash()).logs());
  }

  @Test
  void deletingATopicMakesRoomEvenWhereSomebodyElseTookTheReserve() throws Exception {
    LogDirectory first = LogFixtures.directory(disk);
    first.openLog("other-0", LogFixtures.SMALL, 1_000);
    fullOf(first);
    SimDisk killed = disk.restart();
    killed.delete(LogFixtures.ROOT.resolve(Reserve.NAME));
    killed.setCapacity(killed.usedBytes());
    LogDirectory directory = LogFixtures.directory(killed);
    PartitionLog other = directory.openLog("other-0", LogFixtures.SMALL, 1_000).log();
    PartitionLog log = directory.openLog("t-0", LogFixtures.SMALL, 1_000).log();
    assertInstanceOf(AppendOutcome.NoSpace.class, other.append(LogFixtures.batch(9), 3, 5_000));
    long before = killed.usedBytes();

    directory.deleteLog(log);
    assertTrue(directory.reap() > 0);

    assertTrue(killed.usedBytes() <= before - log.sizeInBytes());
    assertEquals(0, directory.reap());
    killed.setCapacity(before + 2 * Reserve.STEP_BYTES);
    directory.checkpoint();
    appendTo(other);
  }

  @Test
  void aFollowerCutsItsLogAndGoesOn() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = fullOf(directory);
    flush(log);

    log.truncateTo(log.logEnd() - 200);
    directory.checkpoint();

    appendTo(log);
  }

  @Test
  void aNodeStartsAndMakesRoomAfterAKill() throws Exception {
    fullOf(LogFixtures.directory(disk));
    SimDisk killed = disk.restart();

    LogDirectory directory = LogFixtures.directory(killed);
    directory.beginIncarnation(new UUID(0, 1));
    LogSettings settings = LogFixtures.SMALL.withRetention(-1, 5_000);
    PartitionLog log = directory.openLog("t-0", settings, 1_000).log();
    assertTrue(log.retain(1_000, log.logEnd()) > 0);
    assertTrue(directory.reap() > 0);

    appendTo(log);
  }

  @Test
  void aFullDeviceAtAnOrderlyStopIsNoFailure() throws Exception {
    PartitionLog log = logOfThree(disk);
    disk.setCapacity(disk.usedBytes());

    log.close();

    assertTrue(log.offlineReason().isEmpty());
    assertEquals(3, log.flushedEnd());
    PartitionLog again = log(disk.crash());
    assertEquals(3, again.logEnd(), "flushed, whatever the power cut took");
    assertEquals(3, again.epochs().lastEpoch());
  }

  @Test
  void atAnOrderlyStopOnlyTheSyncOfTheRecordsIsFinalOnAFullDevice() throws Exception {
    long calls = 1;
    for (long call = 1; call <= calls; call++) {
      SimDisk each = new SimDisk(call);
      PartitionLog log = logOfThree(each);
      long before = each.calls();
      each.failAt(before + call, SimFault.NO_SPACE);
      if (call == 1) {
        assertThrows(IOException.class, log::close, "the sync");
        assertTrue(log.offlineReason().isPresent());
        calls = callsOfAClose();
      } else {
        log.close();
        assertTrue(log.offlineReason().isEmpty(), "call " + call + ": " + log.offlineReason());
        PartitionLog again = log(each.crash());
        assertEquals(3, again.logEnd(), "call " + call);
        assertEquals(3, again.epochs().lastEpoch(), "call " + call);
      }
    }
    assertTrue(calls > 10, "only " + calls + " calls");
  }

  /** The batch that does not fit any more is refused; a smaller one, which would, may follow. */
  @Test
  void aRollThatFindsNoRoomIsMadeLaterWhateverAPowerCutLeavesOfIt() throws Exception {
    int refused = 0;
    for (int call = 1; call <= 30; call++) {
      for (int seed = 0; seed < 8; seed++) {
        SimDisk each = new SimDisk(seed);
        PartitionLog log = log(each);
        while (log.sizeInBytes() < 3_800) {
          log.append(LogFixtures.batch(1), 3, 5_000);
        }
        each.failAt(each.calls() + call, SimFault.NO_SPACE);
        String where = "call " + call + ", " + seed + ": ";
        refused += log.append(LogFixtures.batch(9), 3, 5_000) instanceof NoSpace ? 1 : 0;
        boolean lost = each.struckCall().startsWith("sync ") && each.struckCall().endsWith(".log");
        assertEquals(lost, log.offlineReason().isPresent(), where + log.offlineReason());
        log.append(LogFixtures.batch(1), 3, 5_000);
        if (seed % 2 == 0 && !lost) {
          flush(log);
        }
        long end = log.flushedEnd();
        each.heal();
        PartitionLog again = log(each.crash());
        assertTrue(again.logEnd() >= end, where + again.logEnd() + " is below " + end);
        int epoch = again.logEnd() > 0 ? 3 : EpochHistory.NO_EPOCH;
        assertEquals(epoch, again.epochs().lastEpoch(), where + "its epoch");
      }
    }
    assertTrue(refused > 100, "only " + refused + " rolls were refused");
  }

  private static long callsOfAClose() throws IOException {
    SimDisk disk = new SimDisk(1);
    PartitionLog log = logOfThree(disk);
    long before = disk.calls();
    log.close();
    return disk.calls() - before;
  }
}
