package dev.milena.it.cluster;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Threads that a test has beside its own. What one of them fails with fails the test: a writer that
 * ended early, and nobody noticed, has tried nothing.
 */
final class Writers {
  /** Longer than any call of a writer waits for its answer. */
  private static final long LAST_CALL_S = 120;

  private final List<FutureTask<Void>> tasks = new CopyOnWriteArrayList<>();

  /** Begins one more. */
  void start(String name, Work work) {
    FutureTask<Void> task =
        new FutureTask<>(() -> {
          work.run();
          return null;
        });
    tasks.add(task);
    Thread.ofPlatform().daemon().name(name).start(task);
  }

  /** What one does. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /** Fails when one of them has failed; does not wait. */
  void assertNoneFailed() {
    for (FutureTask<Void> task : tasks) {
      if (task.state() == Future.State.FAILED) {
        throw new AssertionError("a writer failed", task.exceptionNow());
      }
    }
  }

  /** Waits until all have ended, as they soon do once they were told to; fails when one failed. */
  void join() throws InterruptedException {
    for (FutureTask<Void> task : tasks) {
      try {
        task.get(LAST_CALL_S, TimeUnit.SECONDS);
      } catch (ExecutionException failed) {
        throw new AssertionError("a writer failed", failed.getCause());
      } catch (TimeoutException hangs) {
        throw new AssertionError("a writer hangs", hangs);
      }
    }
  }
}
