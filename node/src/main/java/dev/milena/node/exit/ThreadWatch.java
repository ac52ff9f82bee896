package dev.milena.node.exit;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a node that gets no more threads. Whatever in it wants one fails, and much of that is waited
 * for by others: it would stay up and do nothing useful. The JVM throws an OutOfMemoryError at
 * whoever wanted the thread, and {@code -XX:+ExitOnOutOfMemoryError} does not hear of that one.
 *
 * <p>Once a second it starts a thread that does nothing. One thread of its own; {@link #look} on
 * that alone.
 */
public final class ThreadWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ThreadWatch.class);
  private static final long LOOK_MS = 1_000;

  /** Limits are met for a moment when something else on the machine starts many. */
  static final long BOUND_MS = 10_000;

  private final Runnable tryOne;
  private final LongSupplier nanos;
  private final Consumer<CannotStart> cannotGoOn;
  private OptionalLong noneSinceNanos = OptionalLong.empty();
  private volatile boolean closed;

  /**
   * One that watches nothing yet.
   *
   * @param tryOne starts a thread, or throws an OutOfMemoryError
   */
  ThreadWatch(Runnable tryOne, LongSupplier nanos, Consumer<CannotStart> cannotGoOn) {
    this.tryOne = tryOne;
    this.nanos = nanos;
    this.cannotGoOn = cannotGoOn;
  }

  /**
   * Watches this process.
   *
   * @param cannotGoOn told once, when there were no threads for 10 s
   */
  public static ThreadWatch start(Consumer<CannotStart> cannotGoOn) {
    ThreadWatch watch = new ThreadWatch(ThreadWatch::startOne, System::nanoTime, cannotGoOn);
    Thread.ofPlatform().daemon().name("thread-watch").start(watch::run);
    return watch;
  }

  private static void startOne() {
    Thread.ofPlatform().daemon().name("thread-probe").start(() -> {});
  }

  private void run() {
    while (!closed) {
      look();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MS));
    }
  }

  /** Tries once. */
  void look() {
    try {
      tryOne.run();
    } catch (OutOfMemoryError none) {
      noThread(none);
      return;
    }
    if (noneSinceNanos.isPresent()) {
      noneSinceNanos = OptionalLong.empty();
      log.atInfo().log("the system gives this process threads again");
    }
  }

  private void noThread(OutOfMemoryError none) {
    long now = nanos.getAsLong();
    if (noneSinceNanos.isEmpty()) {
      noneSinceNanos = OptionalLong.of(now);
      log.atWarn()
          .addKeyValue("endsInMs", BOUND_MS)
          .log("the system gives this process no more threads; it ends unless that changes");
    } else if (TimeUnit.NANOSECONDS.toMillis(now - noneSinceNanos.getAsLong()) >= BOUND_MS) {
      closed = true;
      cannotGoOn.accept(
          new CannotStart(
              ExitCode.ENVIRONMENT,
              "the system has given this process no more threads for %s s: raise the limit that is reached (ulimit -u, TasksMax of a systemd unit, the pids of a container, kernel.threads-max); the next start recovers"
                  .formatted(BOUND_MS / 1_000),
              none));
    }
  }

  /** Watches no more. */
  @Override
  public void close() {
    closed = true;
  }
}
