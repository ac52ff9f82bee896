package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.SimDisk;
import dev.milena.log.disk.SimFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LogDirectoryTest {
  private SimDisk disk = new SimDisk(2);

  @Test
  void theIdStaysAndTheLastTwoIncarnationsAreKept() throws Exception {
    LogDirectory first = LogDirectory.open(disk, LogFixtures.ROOT, new UUID(1, 2));
    first.beginIncarnation(new UUID(0, 1));
    first.beginIncarnation(new UUID(0, 2));
    first.beginIncarnation(new UUID(0, 3));
    first.close();

    LogDirectory again = LogDirectory.open(disk.crash(), LogFixtures.ROOT, new UUID(7, 7));

    assertEquals(new UUID(1, 2), again.id());
    assertEquals(List.of(new UUID(0, 3), new UUID(0, 2)), again.incarnations());
    assertTrue(again.wasClosedCleanly());
  }

  @Test
  void oneOwnerAtATime() throws Exception {
    LogDirectory first = LogFixtures.directory(disk);

    assertThrows(DirectoryInUse.class, () -> LogFixtures.directory(disk));
    first.close();

    assertTrue(LogFixtures.directory(disk).wasClosedCleanly());
  }

  @Test
  void theMarkerOfAnOrderlyStopIsGoodForOneStart() throws Exception {
    LogFixtures.directory(disk).close();
    SimDisk next = disk.restart();
    assertTrue(LogFixtures.directory(next).wasClosedCleanly());
    assertFalse(LogFixtures.directory(next.crash()).wasClosedCleanly());
  }

  @Test
  void aFailedLogOrOneThatIsStillOpenMakesTheStopUnclean() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = directory.openLog("t-0", LogFixtures.SMALL, 1).log();
    disk.failAt(disk.calls() + 1, SimFault.IO_ERROR);
    log.append(LogFixtures.batch(1), 0, 1);
    log.close();
    directory.close();
    SimDisk next = disk.restart();
    LogDirectory again = LogFixtures.directory(next);
    assertFalse(again.wasClosedCleanly());
    again.openLog("t-0", LogFixtures.SMALL, 1);
    again.close();
    assertFalse(LogFixtures.directory(next.restart()).wasClosedCleanly());
  }

  @Test
  void markerNeverVouchesForALogThatWasNotRecoveredSinceAnUncleanStop() throws Exception {
    LogDirectory killed = LogFixtures.directory(disk);
    for (String name : List.of("t-0", "t-1")) {
      killed.openLog(name, LogFixtures.SMALL, 1).log().append(LogFixtures.batch(1), 0, 1);
    }
    LogDirectory unopened = LogFixtures.directory(restarted());
    unopened.close();
    LogDirectory half = LogFixtures.directory(restarted());
    assertFalse(half.wasClosedCleanly(), "no log was opened");
    half.openLog("t-0", LogFixtures.SMALL, 1).log().close();
    half.close();
    LogDirectory whole = LogFixtures.directory(restarted());
    assertFalse(whole.wasClosedCleanly(), "one log was not opened");
    for (String name : whole.logs()) {
      whole.openLog(name, LogFixtures.SMALL, 1).log().close();
    }
    whole.close();
    assertTrue(LogFixtures.directory(restarted()).wasClosedCleanly());
  }

  @Test
  void startThatOpensNoLogLeavesAnOrderlyStopAsOrderlyAsItWas() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    directory.openLog("t-0", LogFixtures.SMALL, 1).log().close();
    directory.close();
    LogFixtures.directory(restarted()).close();
    assertTrue(LogFixtures.directory(restarted()).wasClosedCleanly());
  }

  @Test
  void logThatCannotBeOpenedMakesTheStopUncleanUnlessItIsOpenedLaterOrDeleted() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    disk.failAt(disk.calls() + 1, SimFault.IO_ERROR);
    assertThrows(IOException.class, () -> directory.openLog("t-0", LogFixtures.SMALL, 1));
    disk.heal();
    directory.close();
    LogDirectory again = LogFixtures.directory(restarted());
    assertFalse(again.wasClosedCleanly());
    again.openLog("t-0", LogFixtures.SMALL, 1).log().close();
    disk.failAt(disk.calls() + 1, SimFault.IO_ERROR);
    assertThrows(IOException.class, () -> again.openLog("t-1", LogFixtures.SMALL, 1));
    disk.heal();
    again.deleteLog("t-1");
    again.close();
    assertTrue(LogFixtures.directory(restarted()).wasClosedCleanly());
  }

  @Test
  void whoeverStopsWithoutAMarkerIsToldWhichLogsKeptItAway() throws Exception {
    LogDirectory killed = LogFixtures.directory(disk);
    killed.openLog("t-0", LogFixtures.SMALL, 1).log().append(LogFixtures.batch(1), 0, 1);
    disk = disk.restart();
    disk.createDirectories(LogFixtures.ROOT.resolve("stray"));
    LogDirectory directory = LogFixtures.directory(disk);
    assertEquals(List.of("stray", "t-0"), directory.unsettled());
    directory.openLog("t-0", LogFixtures.SMALL, 1).log().close();
    assertEquals(List.of("stray"), directory.unsettled());
    directory.close();
    assertFalse(LogFixtures.directory(restarted()).wasClosedCleanly());
  }

  @Test
  void aStartDeletesItsOwnTemporaryFilesAndNobodyElses() throws Exception {
    LogDirectory first = LogFixtures.directory(disk);
    PartitionLog log = first.openLog("t-0", LogFixtures.SMALL, 1).log();
    log.append(LogFixtures.batch(1), 0, 1);
    Path folder = LogFixtures.ROOT.resolve("t-0");
    disk = disk.restart();
    List<Path> own =
        List.of(
            LogFixtures.ROOT.resolve("milena.checkpoint.tmp"),
            LogFixtures.ROOT.resolve("milena.directory.tmp"),
            LogFixtures.ROOT.resolve("milena.reserve.tmp"),
            LogFixtures.ROOT.resolve("milena.clean.tmp"),
            folder.resolve("leader-epochs.tmp"));
    List<Path> others =
        List.of(
            LogFixtures.ROOT.resolve("backup.tmp"),
            LogFixtures.ROOT.resolve("mine.tmp").resolve("notes"),
            folder.resolve("notes.tmp"));
    disk.createDirectories(LogFixtures.ROOT.resolve("mine.tmp"));
    for (Path each : own) {
      disk.create(each);
    }
    for (Path each : others) {
      disk.create(each);
    }

    LogFixtures.directory(disk).openLog("t-0", LogFixtures.SMALL, 1);

    for (Path each : own) {
      assertFalse(disk.exists(each), each + " is ours");
    }
    for (Path each : others) {
      assertTrue(disk.exists(each), each + " is not ours");
    }
  }

  private SimDisk restarted() {
    disk = disk.restart();
    return disk;
  }

  @Test
  void namesThatCouldBePathsAreRefused() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    for (String name : List.of("..", "a/b", "", "milena.clean", "a.deleted", "x".repeat(101))) {
      assertThrows(
          IllegalArgumentException.class, () -> directory.openLog(name, LogFixtures.SMALL, 1));
    }
    directory.openLog("mmK6zBn3RCWi-ubJ9YIe-Q-0", LogFixtures.SMALL, 1);
    assertThrows(
        IllegalStateException.class,
        () -> directory.openLog("mmK6zBn3RCWi-ubJ9YIe-Q-0", LogFixtures.SMALL, 1));
    assertEquals(List.of("mmK6zBn3RCWi-ubJ9YIe-Q-0"), directory.logs());
  }

  @Test
  void aDeletionThatWasInterruptedIsFinishedByTheNextStart() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = directory.openLog("t-0", LogFixtures.SMALL, 1).log();
    log.append(LogFixtures.batch(1), 0, 1);
    flush(log);
    directory.checkpoint();
    directory.deleteLog(log);
    SimDisk left = disk.crash();

    LogDirectory again = LogFixtures.directory(left);
    assertEquals(List.of(), again.logs());
    assertEquals(3, again.reap(), "a segment, a name and their folder");
    LogDirectory afterReaping = LogFixtures.directory(left.crash());
    assertEquals(0, afterReaping.openLog("t-0", LogFixtures.SMALL, 1).log().logEnd());
  }

  @Test
  void aLogMadeAnewUnderTheNameOfADeletedOneOutlivesACrash() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = directory.openLog("t-0", LogFixtures.SMALL, 1).log();
    log.append(LogFixtures.batch(7), 0, 1);
    flush(log);
    directory.checkpoint();
    directory.deleteLog(log);

    directory.openLog("t-0", LogFixtures.SMALL, 1);

    LogDirectory again = LogFixtures.directory(disk.crash());
    PartitionLog anew = again.openLog("t-0", LogFixtures.SMALL, 1).log();
    assertEquals(0, anew.logEnd());
    again.deleteLog(anew);
    assertEquals(List.of(), again.logs());
  }

  @Test
  void aNameMayBeDeletedAgainBeforeTheFirstFolderIsGone() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    for (int i = 0; i < 3; i++) {
      PartitionLog log = directory.openLog("t-0", LogFixtures.SMALL, 1).log();
      log.append(LogFixtures.batch(7), 0, 1);
      directory.deleteLog(log);
    }
    assertEquals(9, directory.reap(), "three segments, names and folders");
    assertEquals(0, directory.reap());
    for (String name : disk.list(LogFixtures.ROOT)) {
      assertFalse(name.startsWith("t-0"), name);
    }
  }

  @Test
  void theCheckpointIsWrittenOnlyWhenSomethingChanged() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = directory.openLog("t-0", LogFixtures.SMALL, 1).log();
    directory.checkpoint();
    long calls = disk.calls();
    directory.checkpoint();
    assertEquals(calls, disk.calls());

    log.append(LogFixtures.batch(1), 0, 1);
    flush(log);
    directory.checkpoint();
    assertTrue(disk.calls() > calls);
  }

  private static void flush(PartitionLog log) throws IOException {
    GroupFlush flush = GroupFlush.byHand();
    flush.request(log, log::apply);
    assertTrue(flush.runRound());
  }
}
