package dev.milena.quorum.ratis;

import java.util.OptionalLong;

/**
 * When a timer ticked last, and its last gap of more than a bound: while a process stands still
 * nothing in it ticks. Pure; times are of one clock that never goes back, in milliseconds.
 *
 * @param lastMs of the last tick
 * @param gapMs the length of the last gap of more than the bound; 0 before there was one
 * @param gapEndMs of the tick that ended it
 */
record Ticks(long lastMs, long gapMs, long gapEndMs) {
  /** For so long after its end a gap explains what happens, in milliseconds. */
  static final long EXPLAINS_MS = 30_000;

  /** A timer that begins now. */
  static Ticks begun(long nowMs) {
    return new Ticks(nowMs, 0, nowMs);
  }

  /** The timer ticks now. */
  Ticks ticked(long nowMs, long boundMs) {
    long gap = nowMs - lastMs;
    return gap > boundMs ? new Ticks(nowMs, gap, nowMs) : new Ticks(nowMs, gapMs, gapEndMs);
  }

  /**
   * For how long the process has just stood still, if for more than the bound. Others may run again
   * before the timer does: what goes by since its last tick counts too.
   */
  OptionalLong stoodStillMs(long nowMs, long boundMs) {
    long sinceTick = nowMs - lastMs;
    if (sinceTick > boundMs) {
      return OptionalLong.of(sinceTick);
    }
    return gapMs > boundMs && nowMs - gapEndMs <= EXPLAINS_MS
        ? OptionalLong.of(gapMs)
        : OptionalLong.empty();
  }
}
