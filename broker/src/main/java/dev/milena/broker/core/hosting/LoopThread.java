package dev.milena.broker.core.hosting;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The platform thread that turns one loop: it sleeps until a bell rings or the loop's next timer.
 *
 * <p>A turn that throws has broken an invariant: nothing on the loop can be trusted any more, so
 * the process is told and the thread ends (invariant I10: nothing stays running but useless).
 */
@OwnedBy(Owner.ANY_THREAD)
public final class LoopThread implements LoopBell {
  private static final Logger log = LoggerFactory.getLogger(LoopThread.class);
  private static final long LONGEST_NAP_MS = 1_000;

  private final PartitionLoop loop;
  private final BrokerClock clock;
  private final Consumer<? super Throwable> fatal;
  private final Thread thread;
  private volatile boolean rung = true;
  private volatile boolean asleep;
  private volatile boolean turning;

  /**
   * A thread that is not started yet.
   *
   * @param makeLoop makes the loop that rings this bell
   * @param fatal told when the loop has broken; ends the process
   */
  public LoopThread(
      String name,
      BrokerClock clock,
      Function<LoopBell, PartitionLoop> makeLoop,
      Consumer<? super Throwable> fatal) {
    this.clock = clock;
    this.fatal = fatal;
    this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
    this.loop = makeLoop.apply(this);
  }

  /** The loop. */
  public PartitionLoop loop() {
    return loop;
  }

  /** What the thread is called. */
  public String name() {
    return thread.getName();
  }

  /** Whether it is in a turn, and not asleep or at its end. Any thread may ask. */
  public boolean isTurning() {
    return turning;
  }

  /** How many steps the loop has made; while it waits for a disk they do not grow. Any thread. */
  public long steps() {
    return loop.steps();
  }

  /** What it is doing. Any thread. */
  public StackTraceElement[] stack() {
    return thread.getStackTrace();
  }

  /** Begins to turn. */
  public void start() {
    thread.start();
  }

  @Override
  public void ring() {
    rung = true;
    if (asleep) {
      LockSupport.unpark(thread);
    }
  }

  /** Waits for the thread to end, which it does once the loop has stopped. */
  public boolean join(long timeoutMs) throws InterruptedException {
    thread.join(timeoutMs);
    return !thread.isAlive();
  }

  private void run() {
    try {
      while (!loop.isStopped()) {
        rung = false;
        turning = true;
        long nextMs = loop.turn(clock.monotonicMs());
        turning = false;
        if (!rung) {
          nap(nextMs);
        }
      }
    } catch (RuntimeException | Error broken) {
      log.atError()
          .setCause(broken)
          .addKeyValue("thread", thread.getName())
          .log("a partition loop has broken and the broker must end; keep this log for a report");
      fatal.accept(broken);
    }
  }

  /** A bell that rings between the look at {@code rung} and the nap wakes the nap at once. */
  private void nap(long nextMs) {
    asleep = true;
    long napMs = Math.min(LONGEST_NAP_MS, nextMs - clock.monotonicMs());
    if (!rung && napMs > 0) {
      LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(napMs));
    }
    asleep = false;
  }
}
