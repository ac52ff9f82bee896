package dev.milena.broker.core.hosting;

import java.util.OptionalLong;

/**
 * When to tell the operator of this broker's wall clock. Each trouble is told of once, when it
 * begins. Pure: facts and time come in.
 */
final class ClockNotice {
  /** Clocks that are kept by a time server are milliseconds apart; this one is not kept. */
  static final long AWAY_MS = 60_000;

  /** A trouble that comes back within this time is the same one: a clock may shake. */
  static final long CALM_MS = 600_000;

  /** A broker hears the cluster's time with its first beats, if most of the others are there. */
  static final long UNHEARD_MS = 600_000;

  private final long beganMs;
  private boolean away;
  private long lastAwayMs;
  private boolean unheard;

  /** What there is to tell. */
  enum Word {
    NOTHING,
    /** This clock and the cluster's time are far from each other. */
    AWAY,
    /** The cluster's time was not heard for long since the start. */
    UNHEARD
  }

  /**
   * @param nowMs the monotonic clock
   */
  ClockNotice(long nowMs) {
    beganMs = nowMs;
  }

  /**
   * What to tell now; it counts as told.
   *
   * @param aheadMs how far this clock is ahead of the cluster's time; empty while nothing was heard
   * @param nowMs the monotonic clock
   */
  Word due(OptionalLong aheadMs, long nowMs) {
    if (aheadMs.isEmpty()) {
      boolean news = !unheard && nowMs - beganMs >= UNHEARD_MS;
      unheard |= news;
      return news ? Word.UNHEARD : Word.NOTHING;
    }
    if (Math.abs(aheadMs.getAsLong()) > AWAY_MS) {
      boolean news = !away;
      away = true;
      lastAwayMs = nowMs;
      return news ? Word.AWAY : Word.NOTHING;
    }
    away = away && nowMs - lastAwayMs < CALM_MS;
    return Word.NOTHING;
  }
}
