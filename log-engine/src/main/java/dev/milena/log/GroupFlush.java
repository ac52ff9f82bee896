package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Syncs the logs of one disk in rounds: one round of a log covers everything appended before it was
 * asked for, and a bounded number of rounds run in parallel, in the order they were asked for.
 *
 * <pre>
 *   loop:   append  request       append  append          apply(Flushed 1)  request
 *   flush:                [ round: sync to 1 ] --> mailbox                        [ round: sync to 3 ]
 * </pre>
 *
 * <p>A log asks for one round at a time, and what it appends meanwhile is covered by the next. So
 * rounds gather as much as a sync takes long, and never wait for more; and the queue holds at most
 * one round for each log.
 *
 * <p>A sync that fails is final: the log is offline before anybody hears of it.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class GroupFlush implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GroupFlush.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Round> waiting = new ArrayDeque<>();
  private final Set<PartitionLog> asked = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Thread> threads = new ArrayList<>();
  private final LongAdder syncs = new LongAdder();
  private final LongAdder syncNanos = new LongAdder();
  private boolean closing;

  private GroupFlush() {}

  /** One sync of one log, and who wants to hear of it. */
  private record Round(FlushTarget target, FlushListener listener) {}

  /**
   * With threads of its own.
   *
   * @param name what the threads are called
   * @param threadCount how many syncs run in parallel on this disk
   */
  public static GroupFlush threaded(String name, int threadCount) {
    if (threadCount < 1) {
      throw new IllegalArgumentException(threadCount + " threads");
    }
    GroupFlush flush = new GroupFlush();
    for (int i = 0; i < threadCount; i++) {
      Thread thread = Thread.ofPlatform().name(name + "-" + i).daemon().unstarted(flush::runRounds);
      flush.threads.add(thread);
    }
    flush.threads.forEach(Thread::start);
    return flush;
  }

  /** Without threads: rounds run when {@link #runRound} is called, as a simulation does. */
  public static GroupFlush byHand() {
    return new GroupFlush();
  }

  /**
   * Asks, on the log's loop, for everything appended so far to be flushed. Never waits for the
   * disk.
   *
   * @param listener hears of the round, on a flush thread; from then on the log may ask again
   * @throws IllegalStateException when the log has a round already, or the flush is closed
   */
  public void request(PartitionLog partitionLog, FlushListener listener) {
    FlushTarget target = partitionLog.flushTarget();
    lock.lock();
    try {
      if (closing || !asked.add(partitionLog)) {
        target.drop();
        throw new IllegalStateException(
            closing ? "group flush is closed" : partitionLog.name() + " has asked for a flush");
      }
      waiting.addLast(new Round(target, listener));
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Runs one waiting round on this thread; false when none waits. */
  public boolean runRound() {
    Optional<Round> round;
    lock.lock();
    try {
      round = Optional.ofNullable(waiting.pollFirst());
    } finally {
      lock.unlock();
    }
    round.ifPresent(this::run);
    return round.isPresent();
  }

  /** How often a log was synced since the start, in vain or not. */
  public long syncs() {
    return syncs.sum();
  }

  /** How long those took, added up, in nanoseconds. */
  public long syncNanos() {
    return syncNanos.sum();
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
    Optional<Round> round = await();
    while (round.isPresent()) {
      run(round.get());
      round = await();
    }
  }

  /** Waits for a round; empty when there will be none any more. */
  private Optional<Round> await() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closing) {
        try {
          changed.await();
        } catch (InterruptedException nobodysBusiness) {
          // A flush thread ends by close, after its last round, and in no other way.
          log.atWarn().log("a flush thread was interrupted and goes on");
        }
      }
      return Optional.ofNullable(waiting.pollFirst());
    } finally {
      lock.unlock();
    }
  }

  private FlushResult perform(FlushTarget target) {
    long began = System.nanoTime();
    try {
      return target.perform();
    } catch (RuntimeException bug) {
      // The outermost frame of this thread: other logs still wait for their rounds, and this one's
      // writers for an answer.
      log.atError().setCause(bug).log("a sync has failed by a bug; keep this log for a report");
      return target.failed(bug);
    } finally {
      syncs.increment();
      syncNanos.add(System.nanoTime() - began);
    }
  }

  private void run(Round round) {
    FlushResult result = perform(round.target());
    lock.lock();
    try {
      asked.remove(round.target().log());
    } finally {
      lock.unlock();
    }
    try {
      round.listener().flushed(result);
    } catch (RuntimeException broken) {
      // The outermost frame of this thread: other logs still wait for their rounds.
      log.atError().setCause(broken).log("a flush listener failed");
    }
  }
}
