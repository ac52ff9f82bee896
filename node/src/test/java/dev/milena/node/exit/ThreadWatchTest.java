package dev.milena.node.exit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadWatchTest {
  private final List<CannotStart> ends = new ArrayList<>();
  private boolean threads = true;
  private int started;
  private long nowMs;

  private final ThreadWatch watch =
      new ThreadWatch(this::startOne, () -> TimeUnit.MILLISECONDS.toNanos(nowMs), ends::add);

  @Test
  void aProcessThatGetsNoThreadsForTenSecondsEndsWithTheWayOut() {
    threads = false;
    lookAt(0);
    lookAt(ThreadWatch.BOUND_MS - 1);
    assertEquals(List.of(), ends);

    lookAt(ThreadWatch.BOUND_MS);

    assertEquals(1, ends.size());
    assertEquals(ExitCode.ENVIRONMENT, ends.getFirst().code());
    assertTrue(ends.getFirst().sentence().contains("ulimit -u"), ends.getFirst().sentence());
  }

  @Test
  void oneThreadInBetweenBeginsTheTimeAnew() {
    threads = false;
    lookAt(0);
    threads = true;
    lookAt(5_000);
    threads = false;
    lookAt(6_000);
    lookAt(6_000 + ThreadWatch.BOUND_MS - 1);

    assertEquals(List.of(), ends);
    assertEquals(1, started);
  }

  private void lookAt(long ms) {
    nowMs = ms;
    watch.look();
  }

  private void startOne() {
    if (!threads) {
      throw new OutOfMemoryError("unable to create native thread, says a test");
    }
    started++;
  }
}
