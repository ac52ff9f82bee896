package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.store.StoreDamage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SnapshotCheckTest {
  private static final SnapshotInfo FIRST = new FileListSnapshotInfo(List.of(), 1, 10);
  private static final SnapshotInfo SECOND = new FileListSnapshotInfo(List.of(), 1, 20);

  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final AtomicInteger reads = new AtomicInteger();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final BlockingQueue<StoreDamage> damaged = new LinkedBlockingQueue<>();
  private final Runnable one = new Waiting("one");
  private final Runnable other = new Waiting("other");

  @Test
  void whoSendsGoesOnAtOnceAndIsToldWhenItIsWholeWhichIsReadOnceForAll() throws Exception {
    Thread asker = Thread.currentThread();
    SnapshotCheck check =
        check(_ -> {
          assertNotEquals(asker, Thread.currentThread());
          mayEnd.await();
        });

    assertFalse(check.isWhole(FIRST, one));
    assertFalse(check.isWhole(FIRST, other));
    assertFalse(check.isWhole(FIRST, one));
    assertEquals(0, told.size());
    mayEnd.countDown();

    assertEquals(
        List.of("one", "other"), List.of(take(told), take(told)).stream().sorted().toList());
    assertTrue(check.isWhole(FIRST, one));
    assertTrue(check.isWhole(FIRST, other));
    assertEquals(1, reads.get());
    assertFalse(check.isWhole(SECOND, one));
    assertEquals("one", take(told));
    assertTrue(check.isWhole(SECOND, one));
    assertEquals(2, reads.get());
    assertEquals(0, told.size());
  }

  @Test
  void oneThatIsDamagedIsToldOfOnceAndNeverSent() throws Exception {
    SnapshotCheck check =
        check(_ -> {
          throw new StoreDamage("noise");
        });

    assertFalse(check.isWhole(FIRST, one));
    assertEquals("noise", take(damaged).getMessage());
    for (int i = 0; i < 100; i++) {
      assertFalse(check.isWhole(FIRST, one));
    }
    assertEquals(1, reads.get());
    assertEquals(0, told.size());
  }

  @Test
  void oneThatCannotBeReadNowIsReadAgainLaterAndNoDamage() throws Exception {
    SnapshotCheck check =
        check(_ -> {
          if (reads.get() == 1) {
            throw new IOException("too many open files");
          }
        });

    TestQuorum.await("a second reading", () -> check.isWhole(FIRST, one));
    assertEquals(2, reads.get());
    assertEquals(0, damaged.size());
  }

  /** Who sends to a follower. */
  private final class Waiting implements Runnable {
    private final String name;

    Waiting(String name) {
      this.name = name;
    }

    @Override
    public void run() {
      told.add(name);
    }
  }

  private interface Step {
    void of(TermIndex snapshot) throws IOException, InterruptedException;
  }

  private SnapshotCheck check(Step step) {
    return new SnapshotCheck(
        snapshot -> {
          reads.incrementAndGet();
          try {
            step.of(snapshot.getTermIndex());
          } catch (InterruptedException stopped) {
            throw new IOException(stopped);
          }
        },
        damaged::add);
  }

  private static <T> T take(BlockingQueue<T> queue) throws Exception {
    return Optional.ofNullable(queue.poll(Members.TIMEOUT_MS, TimeUnit.MILLISECONDS)).orElseThrow();
  }
}
