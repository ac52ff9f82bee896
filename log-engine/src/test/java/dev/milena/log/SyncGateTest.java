package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.PassingFile;
import dev.milena.log.disk.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two syncs of one file, by the loop and by a flush thread. */
class SyncGateTest {
  private static final long SECONDS = 10;

  private final SyncGate gate = new SyncGate();
  private final CyclicBarrier both = new CyclicBarrier(2);
  private final AtomicInteger syncs = new AtomicInteger();

  /** A file whose first two syncs end when both have begun; the last of them may fail. */
  private final class Meeting extends PassingFile {
    private final boolean oneFails;

    Meeting(DiskFile file, boolean oneFails) {
      super(file);
      this.oneFails = oneFails;
    }

    @Override
    public void sync() throws IOException {
      syncs.incrementAndGet();
      try {
        if (both.await(SECONDS, TimeUnit.SECONDS) == 0 && oneFails) {
          throw new IOException("the device lost what was written");
        }
      } catch (InterruptedException | BrokenBarrierException | TimeoutException alone) {
        throw new IOException("the other sync did not begin meanwhile", alone);
      }
      super.sync();
    }
  }

  private static DiskFile file() throws IOException {
    return new SimDisk(1).create(Path.of("file"));
  }

  /** The outcome of a sync on a thread of its own; empty for a good one. */
  private FutureTask<String> syncing(DiskFile file) {
    FutureTask<String> outcome =
        new FutureTask<>(() -> {
          try {
            gate.sync(file);
            return "";
          } catch (SyncFailed failed) {
            return WholeIo.words(failed);
          }
        });
    Thread.ofPlatform().start(outcome);
    return outcome;
  }

  @Test
  void syncBeginsWhileAnotherIsUnderWayAndWaitsForTheLongerOne() throws Exception {
    DiskFile file = new Meeting(file(), false);
    FutureTask<String> other = syncing(file);
    gate.sync(file);
    assertEquals("", other.get(SECONDS, TimeUnit.SECONDS));
  }

  @Test
  void syncThatHasEndedIsNotBelievedWhileAnotherIsUnderWayThatMayFail() throws Exception {
    CountDownLatch longerBegan = new CountDownLatch(1);
    CountDownLatch longerMayFail = new CountDownLatch(1);
    FutureTask<String> longer =
        syncing(
            new PassingFile(file()) {
              @Override
              public void sync() throws IOException {
                longerBegan.countDown();
                awaitOrThrow(longerMayFail);
                throw new IOException("the device lost what was written");
              }
            });
    awaitOrThrow(longerBegan);
    CountDownLatch shorterEnded = new CountDownLatch(1);
    FutureTask<String> shorter =
        syncing(
            new PassingFile(file()) {
              @Override
              public void sync() throws IOException {
                super.sync();
                shorterEnded.countDown();
              }
            });
    awaitOrThrow(shorterEnded);
    assertThrows(TimeoutException.class, () -> shorter.get(50, TimeUnit.MILLISECONDS));
    longerMayFail.countDown();
    String why = longer.get(SECONDS, TimeUnit.SECONDS);
    assertTrue(why.contains("lost"), why);
    assertEquals(why, shorter.get(SECONDS, TimeUnit.SECONDS));
  }

  private static void awaitOrThrow(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("waited in vain");
      }
    } catch (InterruptedException stopping) {
      throw new IOException(stopping);
    }
  }

  @Test
  void neitherOfTwoIsBelievedWhenOneHasFailedAndNoneIsMadeAfterThem() throws Exception {
    DiskFile file = new Meeting(file(), true);
    FutureTask<String> other = syncing(file);
    SyncFailed failed = assertThrows(SyncFailed.class, () -> gate.sync(file));
    assertEquals(WholeIo.words(failed), other.get(SECONDS, TimeUnit.SECONDS));
    assertInstanceOf(SyncFailed.class, assertThrows(IOException.class, () -> gate.sync(file)));
    assertEquals(2, syncs.get());
  }
}
