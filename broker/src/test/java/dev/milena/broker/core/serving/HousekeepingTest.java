package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.hosting.LogStorage;
import dev.milena.log.GroupFlush;
import dev.milena.log.LogDirectory;
import dev.milena.log.LogFixtures;
import dev.milena.log.PartitionLog;
import dev.milena.log.disk.JdkDisk;
import dev.milena.log.disk.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Housekeeping when one of the disks stalls. */
class HousekeepingTest extends CoreOnThreads {
  private final TroubledDisk disk = new TroubledDisk(new JdkDisk());

  @Test
  void stalledDiskKeepsNoOtherFromBeingTidied() throws Exception {
    CountDownLatch stalled = new CountDownLatch(1);
    CountDownLatch tidied = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    try (CoreWiring core = started(disk)) {
      create(core);
      disk.trouble(path -> {
        if (isCheckpoint(path, "one")) {
          stalled.countDown();
          await(released);
        } else if (isCheckpoint(path, "two") && stalled.getCount() == 0) {
          tidied.countDown();
        }
      });
      try {
        writeEverywhere(core);
        assertTrue(stalled.await(SECONDS, TimeUnit.SECONDS));
        writeEverywhere(core);
        assertTrue(tidied.await(SECONDS, TimeUnit.SECONDS), "one disk held up the other");
      } finally {
        released.countDown();
      }
    }
  }

  @Test
  void roundThatIsStillUnderWayIsNotJoinedByAnother() throws IOException {
    SimDisk sim = new SimDisk(1);
    StepQueue threads = new StepQueue(2);
    List<LogStorage.Volume> volumes = new ArrayList<>();
    for (String name : List.of("one", "two")) {
      LogDirectory directory = LogDirectory.open(sim, Path.of(name), new UUID(0, 1));
      volumes.add(new LogStorage.Volume(directory, GroupFlush.byHand()));
    }
    Housekeeping housekeeping = new Housekeeping(volumes, threads);
    housekeeping.tick();
    housekeeping.tick();
    assertEquals(2, threads.size(), "one round for each directory");
    assertTrue(threads.step());
    housekeeping.tick();
    assertEquals(2, threads.size(), "only the directory whose round is over has another");
  }

  @Test
  void periodWithoutAThreadIsMadeUpForByTheNextAndTheOtherDirectoryHasItsRound()
      throws IOException {
    SimDisk sim = new SimDisk(1);
    List<LogStorage.Volume> volumes = new ArrayList<>();
    for (String name : List.of("one", "two")) {
      LogDirectory directory = LogDirectory.open(sim, Path.of(name), new UUID(0, 1));
      volumes.add(new LogStorage.Volume(directory, GroupFlush.byHand()));
    }
    StepQueue threads = new StepQueue(2);
    List<Runnable> failures =
        new ArrayList<>(
            List.of(
                () -> {
                  throw new OutOfMemoryError("unable to create native thread");
                },
                () -> {
                  throw new RejectedExecutionException("full");
                },
                () -> {
                  throw new OutOfMemoryError("unable to create native thread");
                }));
    Housekeeping housekeeping =
        new Housekeeping(
            volumes,
            run -> {
              if (!failures.isEmpty()) {
                failures.removeFirst().run();
              }
              threads.execute(run);
            });
    housekeeping.tick();
    assertEquals(0, threads.size());
    housekeeping.tick();
    assertEquals(1, threads.size(), "the first directory had no thread, the second has");
    housekeeping.tick();
    assertEquals(2, threads.size());
  }

  @Test
  void roundThatBreaksIsNotTheLast() throws IOException {
    SimDisk sim = new SimDisk(1);
    TroubledDisk troubled = new TroubledDisk(sim);
    LogDirectory directory = LogDirectory.open(troubled, Path.of("one"), new UUID(0, 1));
    PartitionLog log = directory.openLog("t-0", LogFixtures.SMALL, 1).log();
    log.append(LogFixtures.batch(new SplittableRandom(1), 1, 10, 1), 0, 1);
    StepQueue threads = new StepQueue(1);
    Housekeeping housekeeping =
        new Housekeeping(List.of(new LogStorage.Volume(directory, GroupFlush.byHand())), threads);
    troubled.trouble(path -> {
      throw new IllegalStateException("a planted bug");
    });
    housekeeping.tick();
    assertThrows(IllegalStateException.class, threads::step);
    troubled.trouble(path -> {});
    housekeeping.tick();
    assertTrue(threads.step());
    assertTrue(sim.exists(Path.of("one", "milena.checkpoint")));
  }

  @Test
  void directoryWhoseOwnFilesCannotBeWrittenIsLostAfterSomeRoundsAndFoundAgain()
      throws IOException {
    TroubledDisk troubled = new TroubledDisk(new SimDisk(1));
    LogDirectory directory = LogDirectory.open(troubled, Path.of("one"), new UUID(0, 1));
    PartitionLog log = directory.openLog("t-0", LogFixtures.SMALL, 1).log();
    log.append(LogFixtures.batch(new SplittableRandom(1), 1, 10, 1), 0, 1);
    StepQueue threads = new StepQueue(1);
    Housekeeping housekeeping =
        new Housekeeping(List.of(new LogStorage.Volume(directory, GroupFlush.byHand())), threads);
    troubled.trouble(path -> {
      throw new IOException(path + ": Input/output error");
    });
    for (int round = 1; round < Housekeeping.ROUNDS_TO_BE_LOST; round++) {
      round(housekeeping, threads);
      assertEquals(Map.of(), housekeeping.lost(), "one failure may be a moment's");
    }
    round(housekeeping, threads);
    assertEquals(Set.of(Path.of("one")), housekeeping.lost().keySet());

    troubled.trouble(path -> {});
    round(housekeeping, threads);
    assertEquals(Map.of(), housekeeping.lost());
  }

  private static void round(Housekeeping housekeeping, StepQueue threads) {
    housekeeping.tick();
    assertTrue(threads.step());
  }

  @Test
  void oneRoundDeletesAllOfALargeLogUnlessTheBrokerStops() throws IOException {
    SimDisk sim = new SimDisk(1);
    TroubledDisk troubled = new TroubledDisk(sim);
    StepQueue threads = new StepQueue(1);
    LogDirectory directory = LogDirectory.open(troubled, Path.of("one"), new UUID(0, 1));
    Housekeeping housekeeping =
        new Housekeeping(List.of(new LogStorage.Volume(directory, GroupFlush.byHand())), threads);
    Path deleted = Path.of("one", "t-0.deleted");
    deleteLogOfManySegments(directory);
    int files = sim.list(deleted).size();
    assertTrue(files > 100, files + " files");
    housekeeping.tick();
    assertTrue(threads.step());
    assertFalse(sim.exists(deleted));

    deleteLogOfManySegments(directory);
    troubled.trouble(path -> housekeeping.stop());
    housekeeping.tick();
    assertTrue(threads.step());
    int left = sim.list(deleted).size();
    assertTrue(left > files / 2 && left < files, left + " files are left");
  }

  private static void deleteLogOfManySegments(LogDirectory directory) throws IOException {
    PartitionLog log = directory.openLog("t-0", LogFixtures.SMALL, 1).log();
    while (log.segmentCount() < 40) {
      log.append(LogFixtures.batch(new SplittableRandom(1), 1, 2_500, 1), 0, 1);
    }
    directory.deleteLog(log);
  }

  private static void writeEverywhere(CoreWiring core) throws Exception {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      produce(core, partition, "a").get(SECONDS, TimeUnit.SECONDS);
    }
  }

  private boolean isCheckpoint(Path path, String directory) {
    return path.startsWith(folder.resolve(directory))
        && path.getFileName().toString().startsWith("milena.checkpoint");
  }

  private static void await(CountDownLatch released) throws IOException {
    try {
      if (!released.await(2 * SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("the test forgot this disk");
      }
    } catch (InterruptedException ended) {
      throw new IOException("interrupted", ended);
    }
  }
}
