package dev.milena.quorum.ratis;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Says when to say again what lasts: at once, then every {@value #EVERY_MS} ms. Any thread. */
final class Reminder {
  static final long EVERY_MS = 10_000;

  private OptionalLong saidMs = OptionalLong.empty();

  /** Whether it is to be said now; it counts as said then. */
  boolean isDue() {
    return isDue(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  }

  /**
   * The same.
   *
   * @param nowMs the monotonic clock
   */
  synchronized boolean isDue(long nowMs) {
    if (saidMs.isPresent() && nowMs - saidMs.getAsLong() < EVERY_MS) {
      return false;
    }
    saidMs = OptionalLong.of(nowMs);
    return true;
  }
}
