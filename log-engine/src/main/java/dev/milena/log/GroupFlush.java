package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Syncs the logs of one disk in rounds: one round of a log answers all who wait for it, and a
 * bounded number of rounds run in parallel.
 *
 * <pre>
 *   loop:   append  request       append request  append request          apply(Flushed 3)
 *   flush:                [ round: sync to 1 ]    [ round: sync to 3 ] --> mailbox
 * </pre>
 *
 * <p>A sync that fails is final: the log is offline before anybody hears of it.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class GroupFlush implements AutoCloseable {
  /** The longest a round may gather. */
  public static final long MOST_GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final Logger log = LoggerFactory.getLogger(GroupFlush.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final FlushQueue queue;
  private final List<Thread> threads = new ArrayList<>();
  private boolean closing;

  private GroupFlush(long gatherNanos) {
    this.queue = new FlushQueue(gatherNanos);
  }

  /**
   * With threads of its own.
   *
   * @param name what the threads are called
   * @param threadCount how many syncs run in parallel on this disk
   * @param gatherNanos how long the round of a busy log waits for more, at most 1 ms
   */
  public static GroupFlush threaded(String name, int threadCount, long gatherNanos) {
    if (threadCount < 1 || gatherNanos < 0 || gatherNanos > MOST_GATHER_NANOS) {
      throw new IllegalArgumentException(
          threadCount + " threads that gather " + gatherNanos + " ns");
    }
    GroupFlush flush = new GroupFlush(gatherNanos);
    for (int i = 0; i < threadCount; i++) {
      Thread thread = Thread.ofPlatform().name(name + "-" + i).daemon().unstarted(flush::runRounds);
      flush.threads.add(thread);
    }
    flush.threads.forEach(Thread::start);
    return flush;
  }

  /** Without threads: rounds run when {@link #runRound} is called, as a simulation does. */
  public static GroupFlush byHand() {
    return new GroupFlush(0);
  }

  /**
   * Asks, on the log's loop, for everything appended so far to be flushed. Never waits for the
   * disk.
   *
   * @param listener hears of the round that covers it, on a flush thread; one that asks again
   *     before the round begins hears once
   */
  public void request(PartitionLog partitionLog, FlushListener listener) {
    FlushTarget target = partitionLog.flushTarget();
    lock.lock();
    try {
      if (closing) {
        target.drop();
        throw new IllegalStateException("group flush is closed");
      }
      queue.add(target, listener, System.nanoTime());
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Runs one waiting round on this thread; false when none waits. */
  public boolean runRound() {
    Optional<FlushQueue.Round> round;
    lock.lock();
    try {
      round = queue.first();
    } finally {
      lock.unlock();
    }
    round.ifPresent(this::run);
    return round.isPresent();
  }

  /** Finishes what was asked for and ends the threads; takes no request any more. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException again) {
          // The syncs that were asked for must end; the caller hears of the interrupt afterwards.
          interrupted = true;
        }
      }
    }
    if (threads.isEmpty()) {
      while (runRound()) {}
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void runRounds() {
    Optional<FlushQueue.Round> round = await();
    while (round.isPresent()) {
      run(round.get());
      round = await();
    }
  }

  /** Waits for a round that is due; empty when there will be none any more. */
  private Optional<FlushQueue.Round> await() {
    lock.lock();
    try {
      Optional<FlushQueue.Round> due = poll();
      while (due.isEmpty() && !(closing && queue.isEmpty())) {
        try {
          long _ = changed.awaitNanos(queue.nanosToWait(System.nanoTime()));
        } catch (InterruptedException nobodysBusiness) {
          // A flush thread ends by close, after its last round, and in no other way.
          log.atWarn().log("a flush thread was interrupted and goes on");
        }
        due = poll();
      }
      return due;
    } finally {
      lock.unlock();
    }
  }

  private Optional<FlushQueue.Round> poll() {
    return closing ? queue.first() : queue.next(System.nanoTime());
  }

  private void run(FlushQueue.Round round) {
    FlushResult result = round.target().perform();
    lock.lock();
    try {
      queue.finished(round);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    for (FlushListener listener : round.listeners()) {
      try {
        listener.flushed(result);
      } catch (RuntimeException broken) {
        // The outermost frame of this thread: others still wait for their rounds.
        log.atError().setCause(broken).log("a flush listener failed");
      }
    }
  }
}
