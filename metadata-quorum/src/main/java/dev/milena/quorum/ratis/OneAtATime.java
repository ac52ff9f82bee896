package dev.milena.quorum.ratis;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Work that may wait, as for a disk, apart from whoever wants it done again and again: one piece at
 * a time, and what is wanted meanwhile is left out. Any thread.
 */
final class OneAtATime {
  private final Executor blocking;
  private final AtomicBoolean underWay = new AtomicBoolean();

  /**
   * @param blocking runs what may wait
   */
  OneAtATime(Executor blocking) {
    this.blocking = blocking;
  }

  /** Does it on another thread, unless some is under way. */
  void offer(Runnable work) {
    if (!underWay.compareAndSet(false, true)) {
      return;
    }
    boolean taken = false;
    try {
      blocking.execute(() -> {
        try {
          work.run();
        } finally {
          underWay.set(false);
        }
      });
      taken = true;
    } finally {
      if (!taken) {
        underWay.set(false);
      }
    }
  }
}
