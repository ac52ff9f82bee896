package dev.milena.quorum.grpc;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread that runs what it is handed, in order, at once or later. Whatever is only touched from
 * here needs no lock. Any thread may hand something in; how much waits is bounded by who does.
 *
 * <p>Work that throws has broken an invariant: it is told, and the loop goes on until it is closed.
 */
public final class PeerLoop implements AutoCloseable {
  private static final long CLOSE_MS = 2_000;

  private final Executor executor;
  private volatile boolean closed;

  /** The executor proper, with what was thrown let out of its futures. */
  private static final class Executor extends ScheduledThreadPoolExecutor {
    private final Consumer<? super Throwable> fatal;

    Executor(String name, Consumer<? super Throwable> fatal) {
      super(1, Thread.ofPlatform().daemon().name(name).factory());
      this.fatal = fatal;
    }

    @Override
    protected void afterExecute(Runnable work, @Nullable Throwable thrown) {
      super.afterExecute(work, thrown);
      if (work instanceof Future<?> future && future.state() == Future.State.FAILED) {
        fatal.accept(future.exceptionNow());
      }
    }
  }

  /** Work that was put off. */
  @FunctionalInterface
  public interface Later {
    /** Lets it not happen; too late when it has begun. */
    void cancel();
  }

  /**
   * Starts nothing before the first work comes.
   *
   * @param name of the thread
   * @param fatal told what work threw, on the thread
   */
  public PeerLoop(String name, Consumer<? super Throwable> fatal) {
    executor = new Executor(name, fatal);
    executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Runs it after what was handed in before; perhaps not when the loop is closed. */
  public void execute(Runnable work) {
    executor.execute(work);
  }

  /** Runs it when the time has passed. */
  public Later after(long delayMs, Runnable work) {
    Future<?> scheduled = executor.schedule(work, delayMs, TimeUnit.MILLISECONDS);
    return () -> scheduled.cancel(false);
  }

  /** Runs it again and again, until it throws or the loop is closed. */
  public void every(long periodMs, Runnable work) {
    var _ = executor.scheduleWithFixedDelay(work, periodMs, periodMs, TimeUnit.MILLISECONDS);
  }

  /** Whether what is handed in now may never run. What was before surely runs. */
  public boolean isClosed() {
    return closed;
  }

  /** Runs what was handed in to run at once, and then nothing; waits two seconds at most. */
  @Override
  public void close() {
    close(() -> {});
  }

  /**
   * Runs what was handed in to run at once, then this, and then nothing more: not what was put off
   * until now either, which would begin anew what this has ended. Waits two seconds at most.
   */
  public void close(Runnable last) {
    closed = true;
    executor.execute(() -> {
      try {
        last.run();
      } finally {
        executor.shutdown();
        // a shutdown lets run what is due already
        executor.getQueue().clear();
      }
    });
    try {
      executor.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
