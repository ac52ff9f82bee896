package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.PassingDisk;
import dev.milena.log.disk.PassingFile;
import dev.milena.log.disk.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * A disk whose sync fails, for the flush thread while the log's loop syncs the same file. As with
 * Linux, the failure is told once, and the next sync succeeds.
 */
class FailedSyncTest {
  private final CountDownLatch syncing = new CountDownLatch(1);
  private final CountDownLatch fails = new CountDownLatch(1);
  private final AtomicReference<Optional<RuntimeException>> bug =
      new AtomicReference<>(Optional.empty());
  private volatile boolean armed;

  /** Its first sync of records, once armed, waits and fails; all others succeed. */
  private final class FailingOnce extends PassingDisk {
    FailingOnce() {
      super(new SimDisk(1));
    }

    @Override
    public DiskFile create(Path path) throws IOException {
      return failing(super.create(path), path);
    }

    private DiskFile failing(DiskFile file, Path path) {
      return !path.toString().endsWith(SegmentName.LOG)
          ? file
          : new PassingFile(file) {
            @Override
            public void sync() throws IOException {
              if (armed) {
                armed = false;
                failOnce();
              }
              super.sync();
            }
          };
    }
  }

  /** A log of so many records, none of them flushed. */
  private PartitionLog unflushed(int records) throws IOException {
    LogDirectory directory = LogFixtures.directory(new FailingOnce());
    PartitionLog log = directory.openLog("t-0", LogFixtures.SMALL, 1).log();
    log.append(LogFixtures.batch(records), 0, 1);
    return log;
  }

  private void failOnce() throws IOException {
    if (bug.get().isPresent()) {
      throw bug.get().get();
    }
    syncing.countDown();
    try {
      fails.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    throw new IOException("the device lost what was written");
  }

  /** Runs the loop's part while the flush thread syncs, which fails once the loop waits for it. */
  private List<FlushResult> whileTheFlushThreadFails(PartitionLog log, Runnable loop)
      throws Exception {
    List<FlushResult> results = new CopyOnWriteArrayList<>();
    GroupFlush flush = GroupFlush.byHand();
    flush.request(log, results::add);
    armed = true;
    Thread flushing = Thread.ofPlatform().start(flush::runRound);
    syncing.await();
    Thread looping = Thread.ofPlatform().start(loop);
    while (looping.getState() != Thread.State.WAITING
        && looping.getState() != Thread.State.TERMINATED) {
      Thread.onSpinWait();
    }
    fails.countDown();
    looping.join();
    flushing.join();
    return results;
  }

  @Test
  void logThatIsClosedWhileASyncFailsVouchesForNothing() throws Exception {
    PartitionLog log = unflushed(2);
    AtomicReference<Optional<IOException>> closed = new AtomicReference<>(Optional.empty());

    List<FlushResult> results =
        whileTheFlushThreadFails(
            log,
            () -> {
              try {
                log.close();
              } catch (IOException failed) {
                closed.set(Optional.of(failed));
              }
            });

    assertInstanceOf(FlushResult.FlushFailed.class, results.getFirst());
    assertTrue(closed.get().isPresent(), "the close has failed too");
    assertEquals(0, log.flushedEnd());
  }

  @Test
  void rollWhileASyncFailsVouchesForNothing() throws Exception {
    PartitionLog log = unflushed(50);
    AtomicReference<Optional<AppendOutcome>> rolled = new AtomicReference<>(Optional.empty());

    List<FlushResult> results =
        whileTheFlushThreadFails(
            log,
            () -> {
              for (int i = 0; i < 10; i++) {
                rolled.set(Optional.of(log.append(LogFixtures.batch(50), 0, 1)));
              }
            });

    assertInstanceOf(FlushResult.FlushFailed.class, results.getFirst());
    assertInstanceOf(AppendOutcome.Offline.class, rolled.get().orElseThrow());
    assertEquals(0, log.flushedEnd());
  }

  @Test
  void bugInASyncTakesTheLogOfflineAndIsTold() throws Exception {
    PartitionLog log = unflushed(2);
    List<FlushResult> results = new CopyOnWriteArrayList<>();
    GroupFlush flush = GroupFlush.byHand();
    flush.request(log, results::add);
    bug.set(Optional.of(new IllegalStateException("nobody thought of this")));
    armed = true;

    assertTrue(flush.runRound());

    assertInstanceOf(FlushResult.FlushFailed.class, results.getFirst());
    assertInstanceOf(AppendOutcome.Offline.class, log.append(LogFixtures.batch(2), 0, 1));
    assertThrows(IOException.class, () -> log.truncateTo(0));
  }
}
