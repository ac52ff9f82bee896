package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.JdkDisk;
import dev.milena.log.disk.SimDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic's partitions are deleted by several threads while another one reaps. */
class DeletingTogetherTest {
  private static final int LOGS = 64;

  @TempDir Path root;

  @Test
  void everyLogGoesWithItsFilesAndTheStopIsOrderly() throws Exception {
    LogDirectory directory = LogDirectory.open(new JdkDisk(), root, new UUID(1, 2));
    List<PartitionLog> logs = new ArrayList<>();
    for (int i = 0; i < LOGS; i++) {
      PartitionLog log = directory.openLog("t-" + i, LogFixtures.SMALL, 1).log();
      log.append(LogFixtures.batch(5), 0, 1_000);
      logs.add(log);
    }
    directory.checkpoint();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> deletions = new ArrayList<>();
      for (PartitionLog log : logs) {
        deletions.add(
            threads.submit(() -> {
              directory.deleteLog(log);
              return directory.reap();
            }));
      }
      for (Future<?> deletion : deletions) {
        deletion.get(30, TimeUnit.SECONDS);
      }
    }

    assertEquals(List.of(), directory.logs());
    directory.close();
    LogDirectory again = LogDirectory.open(new JdkDisk(), root, new UUID(1, 2));
    assertTrue(again.wasClosedCleanly());
    again.close();
  }

  /** Two threads have synced for the same names; the files went between them. */
  @Test
  void aFolderThatIsGoneIsNotToBeDeletedAgain() throws Exception {
    SimDisk disk = new SimDisk(1);
    Path folder = LogFixtures.ROOT.resolve("t-0.deleted");
    disk.createDirectories(folder);
    DeletedLogs deleted = new DeletedLogs(disk);
    deleted.renamed(folder);
    List<Path> both = deleted.renamed();
    deleted.durable(both);
    assertEquals(0, deleted.unlink(LOGS).count());
    assertEquals(1, deleted.remove(deleted.emptied()).count());

    deleted.durable(both);

    assertEquals(Optional.empty(), deleted.unlink(LOGS).failure());
  }
}
