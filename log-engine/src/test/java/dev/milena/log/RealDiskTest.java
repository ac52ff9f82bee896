package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.JdkDisk;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same log on a real file system, with the threads a broker has. */
class RealDiskTest {
  @TempDir private Path root = Path.of("");

  private LogDirectory directory() throws Exception {
    return LogDirectory.open(new JdkDisk(), root.resolve("logs"), new UUID(3, 4));
  }

  @Test
  void aLogOutlivesItsProcessCleanlyOrNot() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    long end = 0;
    for (int run = 0; run < 4; run++) {
      LogDirectory directory = directory();
      OpenedLog opened = directory.openLog("t-0", LogFixtures.SMALL, 1);
      assertEquals(end, opened.log().logEnd());
      assertEquals(run != 0 && run % 2 == 0, LogFixtures.foundWork(opened.report()));
      for (int i = 0; i < 30; i++) {
        opened.log().append(LogFixtures.batch(random, 3, 100, 1), run, 1);
      }
      end = opened.log().logEnd();
      assertFalse(LogFixtures.read(opened.log(), 0, 5_000, end).isEmpty());
      if (run % 2 == 0) {
        opened.log().close();
      }
      directory.close();
    }
  }

  @Test
  void readersReadWhileTheLoopAppendsRollsFlushesAndForgets() throws Exception {
    LogDirectory directory = directory();
    LogSettings settings = LogFixtures.SMALL.withRetention(-1, 20_000);
    PartitionLog log = directory.openLog("t-0", settings, 1).log();
    ReentrantLock loop = new ReentrantLock();
    AtomicLong read = new AtomicLong();
    AtomicBoolean idle = new AtomicBoolean(true);
    SplittableRandom random = new SplittableRandom(9);
    try (GroupFlush flush = GroupFlush.threaded("test-flush", 2);
        ExecutorService readers = Executors.newFixedThreadPool(2)) {
      Future<?> one = readers.submit(() -> readToTheEnd(log, loop, read, 5_000));
      Future<?> two = readers.submit(() -> readToTheEnd(log, loop, read, 5_000));
      while (log.logEnd() < 5_000) {
        loop.lock();
        try {
          assertInstanceOf(
              AppendOutcome.Appended.class, log.append(LogFixtures.batch(random, 5, 40, 1), 0, 1));
          flushIfIdle(flush, log, idle);
          log.retain(1, log.logEnd() - 200);
        } finally {
          loop.unlock();
        }
        directory.reap();
      }
      one.get();
      two.get();
    }
    assertTrue(read.get() > 0);
    log.close();
    directory.close();
  }

  private static void flushIfIdle(GroupFlush flush, PartitionLog log, AtomicBoolean idle) {
    if (idle.compareAndSet(true, false)) {
      flush.request(log, result -> idle.set(true));
    }
  }

  /** A reader that falls behind retention goes on at the log's start. */
  private static long readToTheEnd(PartitionLog log, ReentrantLock loop, AtomicLong read, long end)
      throws Exception {
    long next = 0;
    while (next < end) {
      LogSlice slice;
      loop.lock();
      try {
        next = Math.max(next, log.logStart());
        slice = log.locate(next, 2_000, log.logEnd());
      } finally {
        loop.unlock();
      }
      try (slice) {
        slice.trim();
        LogFixtures.check(slice);
        read.addAndGet(slice.sizeInBytes());
        next = slice.endOffset();
      }
    }
    return next;
  }
}
