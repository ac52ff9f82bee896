package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.Disk;
import dev.milena.log.disk.PassingDisk;
import dev.milena.log.disk.SimDisk;
import dev.milena.log.disk.SimFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** How a log goes: at once by its name, and file by file with time. */
class DeletionTest {
  private static final Path DELETED = LogFixtures.ROOT.resolve("t-0.deleted");

  private final SimDisk disk = new SimDisk(6);

  private static PartitionLog filled(LogDirectory directory, int segments) throws IOException {
    PartitionLog log = directory.openLog("t-0", LogFixtures.SMALL, 1).log();
    while (log.segmentCount() < segments) {
      log.append(LogFixtures.batch(9), 0, 1_000);
    }
    directory.checkpoint();
    return log;
  }

  private static int reapAll(LogDirectory directory) throws IOException {
    int steps = 0;
    while (directory.reap() > 0) {
      steps++;
    }
    return steps;
  }

  @Test
  void aLogIsGoneWithOneChangeOfItsName() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = filled(directory, 20);
    long calls = disk.calls();

    directory.deleteLog(log);

    assertEquals(calls + 2, disk.calls(), "a rename and the sync of its folder");
    assertEquals(List.of(), directory.logs());
    assertEquals(List.of(), LogFixtures.directory(disk.crash()).logs());
  }

  @Test
  void itsFilesGoAFewAtATimeAndTheNextStartGoesOn() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    directory.deleteLog(filled(directory, 40));
    int files = disk.list(DELETED).size();
    assertTrue(files > 100, files + " files");

    assertEquals(32, directory.reap());
    assertEquals(files - 32, disk.list(DELETED).size());

    SimDisk killed = disk.restart();
    LogDirectory again = LogFixtures.directory(killed);
    assertTrue(reapAll(again) > 2);
    assertFalse(killed.exists(DELETED));
  }

  @Test
  void aStopWaitsForNoFileToGo() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    directory.deleteLog(filled(directory, 40));
    int files = disk.list(DELETED).size();

    directory.close();

    SimDisk next = disk.restart();
    assertEquals(files, next.list(DELETED).size());
    assertTrue(LogFixtures.directory(next).wasClosedCleanly());
  }

  @Test
  void nobodyIsHeldUpWhileAFileGoes() throws Exception {
    Gate gate = new Gate(disk);
    LogDirectory directory = LogDirectory.open(gate, LogFixtures.ROOT, new UUID(1, 2));
    directory.deleteLog(filled(directory, 3));
    directory.openLog("t-1", LogFixtures.SMALL, 1).log().close();
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Callable<Boolean> meanwhile =
          () -> {
            directory.checkpoint();
            directory.openLog("t-2", LogFixtures.SMALL, 1);
            directory.deleteLog("t-1");
            return directory.reap() == 0;
          };
      gate.beforeDeletion =
          path -> {
            try {
              assertTrue(
                  other.submit(meanwhile).get(10, TimeUnit.SECONDS), "one deletes at a time");
            } catch (InterruptedException | ExecutionException | TimeoutException stuck) {
              throw new AssertionError("held up by the deletion of " + path, stuck);
            }
          };
      assertTrue(directory.reap() > 0);
    }
    assertEquals(List.of("t-2"), directory.logs());
  }

  @Test
  void aDeletionThatFailedIsMadeWholeByTheNextTry() throws Exception {
    int failed = 0;
    for (int call = 1; call <= 4; call++) {
      for (SimFault fault : List.of(SimFault.IO_ERROR, SimFault.NO_SPACE)) {
        SimDisk each = new SimDisk(call);
        LogDirectory directory = LogFixtures.directory(each);
        PartitionLog log = filled(directory, 3);
        each.failAt(each.calls() + call, fault);
        try {
          directory.deleteLog(log);
        } catch (IOException expected) {
          failed++;
          assertThrows(IllegalStateException.class, () -> log.append(LogFixtures.batch(1), 0, 1));
          directory.deleteLog("t-0");
        }
        each.heal();
        assertEquals(List.of(), directory.logs());
        reapAll(directory);
        assertFalse(each.exists(DELETED), "call " + call);
        directory.close();
        assertTrue(LogFixtures.directory(each.restart()).wasClosedCleanly(), "call " + call);
      }
    }
    assertTrue(failed >= 3, failed + " deletions failed");
  }

  /** A reader holds a slice of a segment that cannot be opened any more. */
  @Test
  void aSegmentThatCannotBeKeptReadableKeepsTheLogFromNothing() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = filled(directory, 3);
    try (LogSlice slice = log.locate(0, 100, log.logEnd())) {
      assertFalse(slice.isEmpty());
      disk.delete(SegmentName.log(LogFixtures.ROOT.resolve("t-0"), 0));
      assertThrows(IOException.class, () -> directory.deleteLog(log));
      directory.deleteLog("t-0");
    }
    reapAll(directory);
    assertEquals(List.of(), directory.logs());
    directory.close();
    assertTrue(LogFixtures.directory(disk.restart()).wasClosedCleanly());
  }

  @Test
  void aFolderThatCannotGoKeepsNoOtherFromGoing() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    directory.deleteLog(filled(directory, 3));
    disk.createDirectories(DELETED.resolve("mine"));
    disk.create(DELETED.resolve("mine").resolve("notes"));
    directory.openLog("t-1", LogFixtures.SMALL, 1).log().close();
    directory.deleteLog("t-1");

    while (disk.exists(LogFixtures.ROOT.resolve("t-1.deleted"))) {
      assertTrue(directory.reap() > 0);
    }
    IOException said = assertThrows(IOException.class, directory::reap);
    assertTrue(said.toString().contains("mine"), said.toString());
    assertEquals(List.of("mine"), disk.list(DELETED));
  }

  @Test
  void aSegmentThatCannotGoKeepsNothingElseFromGoing() throws Exception {
    Path stuck = SegmentName.log(LogFixtures.ROOT.resolve("t-0"), 0);
    LogDirectory directory =
        LogDirectory.open(new StuckFile(disk, stuck), LogFixtures.ROOT, new UUID(1, 2));
    PartitionLog log = filled(directory, 6);
    log.configure(LogFixtures.SMALL.withRetention(-1, 0));
    assertTrue(log.retain(0, log.logEnd()) > 3);
    directory.openLog("t-1", LogFixtures.SMALL, 1).log().close();
    directory.deleteLog("t-1");

    while (disk.exists(LogFixtures.ROOT.resolve("t-1.deleted"))) {
      assertTrue(directory.reap() > 0);
    }
    IOException said = assertThrows(IOException.class, () -> reapAll(directory));

    assertTrue(said.toString().contains("stuck"), said.toString());
    long logs =
        disk.list(LogFixtures.ROOT.resolve("t-0")).stream()
            .filter(name -> name.endsWith(".log"))
            .count();
    assertEquals(2, logs, "the one that is stuck, and the one that is written to");
  }

  /** Deleting a large file takes a disk long, and an opening keeps its partition waiting. */
  @Test
  void anOpeningDeletesNothingThatRetentionLetGoButHandsItToTheReaper() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = filled(directory, 40);
    log.configure(LogFixtures.SMALL.withRetention(-1, 0));
    int gone = log.retain(0, log.logEnd());
    long start = log.logStart();
    directory.checkpoint();
    Path folder = LogFixtures.ROOT.resolve("t-0");
    SimDisk killed = disk.restart();
    killed.delete(SegmentName.log(folder, 0));
    int files = killed.list(folder).size();

    LogDirectory again = LogFixtures.directory(killed);
    PartitionLog opened = again.openLog("t-0", LogFixtures.SMALL, 1).log();

    assertEquals(files, killed.list(folder).size());
    assertEquals(start, opened.logStart());
    assertEquals(1, opened.segmentCount());
    assertEquals(32, again.reap());
    assertEquals(gone - 32, reapAllFiles(again));
    assertEquals(
        3, killed.list(folder).size(), "epochs, a name, a segment: " + killed.list(folder));
    assertThrows(OffsetOutOfRange.class, () -> opened.locate(start - 1, 100, start));
    opened.append(LogFixtures.batch(2), 0, 1);
  }

  @Test
  void whatALastRunLetGoGoesWhereThereIsNoRoomForACheckpoint() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = filled(directory, 10);
    log.configure(LogFixtures.SMALL.withRetention(-1, 0));
    int gone = log.retain(0, log.logEnd());
    directory.checkpoint();
    log.append(LogFixtures.batch(2), 0, 1);
    SimDisk killed = disk.restart();
    killed.delete(LogFixtures.ROOT.resolve(Reserve.NAME));
    killed.setCapacity(killed.usedBytes());
    LogDirectory again = LogFixtures.directory(killed);
    again.openLog("t-0", LogFixtures.SMALL, 1);
    long full = killed.usedBytes();

    assertEquals(gone, reapAllFiles(again));

    assertTrue(killed.usedBytes() < full - 9 * 3_000, killed.usedBytes() + " of " + full);
  }

  private static int reapAllFiles(LogDirectory directory) throws IOException {
    int files = 0;
    for (int step = directory.reap(); step > 0; step = directory.reap()) {
      files += step;
    }
    return files;
  }

  /** A disk on which one file cannot be deleted. */
  private static final class StuckFile extends PassingDisk {
    private final Path stuck;

    StuckFile(Disk disk, Path stuck) {
      super(disk);
      this.stuck = stuck;
    }

    @Override
    public void delete(Path path) throws IOException {
      if (path.equals(stuck)) {
        throw new IOException("stuck: " + path);
      }
      super.delete(path);
    }
  }

  @Test
  void aLogOfTheSameNameIsNotTakenForTheOneThatGoes() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    directory.deleteLog(filled(directory, 30));
    PartitionLog anew = directory.openLog("t-0", LogFixtures.SMALL, 1).log();
    anew.append(LogFixtures.batch(2), 0, 1_000);
    directory.reap();
    anew.close();

    LogDirectory again = LogFixtures.directory(disk.restart());
    PartitionLog found = again.openLog("t-0", LogFixtures.SMALL, 1).log();
    reapAll(again);
    assertEquals(2, found.logEnd());
    assertEquals(1, LogFixtures.read(found, 0, 1_000, 2).size());
    again.deleteLog(found);
    reapAll(again);
    assertEquals(List.of(), again.logs());
  }

  /** A disk on which something happens before the first deletion of a file of a deleted log. */
  private static final class Gate extends PassingDisk {
    private Meanwhile beforeDeletion = path -> {};

    private interface Meanwhile {
      void happens(Path path);
    }

    Gate(Disk disk) {
      super(disk);
    }

    @Override
    public void delete(Path path) throws IOException {
      if (path.startsWith(DELETED)) {
        Meanwhile once = beforeDeletion;
        beforeDeletion = nothing -> {};
        once.happens(path);
      }
      super.delete(path);
    }
  }
}
