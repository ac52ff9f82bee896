package dev.milena.quorum.control;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The thread "controller" that turns a {@link ControllerLoop} when its bell rings or time is up.
 */
public final class ControllerThread implements AutoCloseable {
  private static final long STOP_MS = 5_000;
  private static final long LONGEST_NAP_MS = 60_000;

  private final ControllerLoop loop;
  private final Runnable broken;
  private final AtomicBoolean rung = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor thread;
  private @Nullable ScheduledFuture<?> nap;

  /**
   * A thread that turns nothing before the first bell.
   *
   * @param makeLoop makes the loop that rings this bell
   * @param broken told when a turn has thrown: nothing on the loop can be trusted any more, and the
   *     process must end
   */
  public ControllerThread(Function<Runnable, ControllerLoop> makeLoop, Runnable broken) {
    this.broken = broken;
    thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("controller").factory());
    thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.loop = makeLoop.apply(this::ring);
  }

  /** The loop. */
  public ControllerLoop loop() {
    return loop;
  }

  private void ring() {
    if (rung.compareAndSet(false, true)) {
      thread.execute(this::turn);
    }
  }

  private void turn() {
    boolean whole = false;
    try {
      rung.set(false);
      if (nap != null) {
        nap.cancel(false);
      }
      long againMs = loop.turn(monotonicMs());
      if (againMs != Long.MAX_VALUE) {
        long napMs = Math.clamp(againMs - monotonicMs(), 1, LONGEST_NAP_MS);
        nap = thread.schedule(this::ring, napMs, TimeUnit.MILLISECONDS);
      }
      whole = true;
    } finally {
      if (!whole) {
        broken.run();
      }
    }
  }

  private static long monotonicMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /** Ends the thread after the turn that runs; waits for it for at most five seconds. */
  @Override
  public void close() throws InterruptedException {
    thread.shutdown();
    if (!thread.awaitTermination(STOP_MS, TimeUnit.MILLISECONDS)) {
      thread.shutdownNow();
    }
  }
}
