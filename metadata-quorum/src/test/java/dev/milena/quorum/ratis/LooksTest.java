package dev.milena.quorum.ratis;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A timer's task that throws is not run again; what looks again and again must be. */
@Timeout(90)
class LooksTest {
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final AtomicInteger looks = new AtomicInteger();

  /** Throws twice, and from then on does nothing: what is to be seen is that it is asked. */
  private final Executor failing =
      work -> {
        if (looks.incrementAndGet() <= 2) {
          throw new RejectedExecutionException("look " + looks.get());
        }
      };

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void whatFailsIsDoneAgain() {
    Looks.every(timer, 10, () -> failing.execute(() -> {}));

    TestQuorum.await("a look after those that failed", () -> looks.get() > 2);
  }

  @Test
  void aMemberThatCannotLookOnceWhetherItKeepsUpLooksAgain() {
    new MemberProgress(
            () -> {
              throw new AssertionError("nothing runs what looks");
            },
            failing)
        .begin(timer);

    TestQuorum.await("a look after those that failed", () -> looks.get() > 2);
  }
}
