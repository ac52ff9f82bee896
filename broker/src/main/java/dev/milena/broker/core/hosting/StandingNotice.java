package dev.milena.broker.core.hosting;

import dev.milena.broker.core.copy.LeaderWord;

/**
 * When a follower is told how far its leader is, if no batch tells it: ten times a second at most,
 * and all partitions at the same moments, so that one message takes what there is to say of many.
 * Nobody waits for it: a follower needs the high watermark when it leads, and then it may be
 * behind.
 *
 * <pre>
 *   moves at 1,230     said at 1,300, unless a batch goes before
 * </pre>
 *
 * <p>Said at once, it is a message to each follower for each append, besides the batches.
 */
final class StandingNotice {
  static final long PERIOD_MS = 100;
  static final long NEVER = Long.MAX_VALUE;

  private LeaderWord.Standing told = LeaderWord.Standing.NONE;
  private long dueMs = NEVER;

  /** It was said, alone or with batches. */
  void told(LeaderWord.Standing standing) {
    told = standing;
    dueMs = NEVER;
  }

  /** Whether it is to be said now. A follower that was told nothing yet does not wait. */
  boolean isDue(LeaderWord.Standing standing, long nowMs) {
    if (standing.equals(told)) {
      dueMs = NEVER;
    } else if (told.equals(LeaderWord.Standing.NONE)) {
      dueMs = nowMs;
    } else if (dueMs == NEVER) {
      dueMs = nowMs - Math.floorMod(nowMs, PERIOD_MS) + PERIOD_MS;
    }
    return nowMs >= dueMs;
  }

  /** When it is, on the monotonic clock, or {@link #NEVER}. */
  long dueMs() {
    return dueMs;
  }
}
