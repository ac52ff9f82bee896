package dev.milena.broker.door.grpc;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The calls under way, and what ends those of them that would not end by themselves: a drain tells
 * them, waits until all are answered, and knows when that is.
 */
@OwnedBy(Owner.ANY_THREAD)
final class OpenCalls {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition fewer = lock.newCondition();
  private final Set<Runnable> ends = new LinkedHashSet<>();
  private int open;
  private boolean draining;

  /** A call began; {@link #ended} follows once. */
  void began() {
    locked(() -> open++);
  }

  /** A call has ended and its last byte is out of our hands. */
  void ended() {
    locked(() -> {
      open--;
      fewer.signalAll();
    });
  }

  /** How many calls there are. */
  int count() {
    lock.lock();
    try {
      return open;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asks to be told when the door drains; told at once when it drains already.
   *
   * @param end ends the call soon; run at most once, must not block
   */
  void endsWith(Runnable end) {
    boolean now;
    lock.lock();
    try {
      now = draining;
      if (!now) {
        ends.add(end);
      }
    } finally {
      lock.unlock();
    }
    if (now) {
      end.run();
    }
  }

  /** The call has ended by itself. */
  void forget(Runnable end) {
    locked(() -> ends.remove(end));
  }

  /**
   * Ends every call that waits, and waits for all to be answered.
   *
   * @param graceMs at most so long, in milliseconds
   * @return whether all were answered
   */
  boolean drain(long graceMs) throws InterruptedException {
    List<Runnable> told = new ArrayList<>();
    locked(() -> {
      draining = true;
      told.addAll(ends);
      ends.clear();
    });
    told.forEach(Runnable::run);
    long left = TimeUnit.MILLISECONDS.toNanos(graceMs);
    lock.lockInterruptibly();
    try {
      while (open > 0 && left > 0) {
        left = fewer.awaitNanos(left);
      }
      return open == 0;
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }
}
