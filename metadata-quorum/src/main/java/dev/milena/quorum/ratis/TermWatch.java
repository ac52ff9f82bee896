package dev.milena.quorum.ratis;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Has a member look again and again whether its term is written down, see {@link WrittenTerm}. */
final class TermWatch {
  private static final long LOOK_EVERY_MS = 1_000;

  private final Supplier<LocalPeer> peers;
  private final Executor blocking;
  private final AtomicBoolean looking = new AtomicBoolean();

  /**
   * @param peers this member as a peer of Ratis; another one after it was taken in anew
   * @param blocking runs what may wait for a disk
   */
  TermWatch(Supplier<LocalPeer> peers, Executor blocking) {
    this.peers = peers;
    this.blocking = blocking;
  }

  /** From now on, until the timer ends. */
  void begin(ScheduledExecutorService timer) {
    var _ =
        timer.scheduleWithFixedDelay(
            this::lookApart, LOOK_EVERY_MS, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
  }

  /** One look at a time: it waits for the disk. */
  private void lookApart() {
    if (looking.compareAndSet(false, true)) {
      blocking.execute(() -> {
        try {
          peers.get().lookAtTerm();
        } finally {
          looking.set(false);
        }
      });
    }
  }
}
