package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.SimDisk;
import dev.milena.log.disk.SimFault;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LogDirectoryTest {
  private final SimDisk disk = new SimDisk(2);

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
    assertEquals(1, again.reap());
    LogDirectory afterReaping = LogFixtures.directory(left.crash());
    assertEquals(0, afterReaping.openLog("t-0", LogFixtures.SMALL, 1).log().logEnd());
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
