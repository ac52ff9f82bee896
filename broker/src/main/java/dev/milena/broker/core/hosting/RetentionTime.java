package dev.milena.broker.core.hosting;

import dev.milena.broker.core.ClusterTime;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * By what time retention may go. What it deletes is gone, so where clocks disagree the earlier one
 * counts: a record is deleted late, and never early, for the sake of a clock that is wrong.
 *
 * <p>Pure: facts and time come in.
 *
 * <ul>
 *   <li>Until this broker has heard the cluster's time there is none: its own clock may be ten
 *       years ahead since the start.
 *   <li>Then it is the earlier one of its own wall clock and the cluster's time, carried on by the
 *       monotonic clock since it was heard. So neither this clock nor that of some other broker
 *       deletes early.
 *   <li>Of what these two come to it is the least, measured against the monotonic clock, of the
 *       last hour at least and two hours at most. So a jump ahead is believed when it has stood
 *       that long, be it of a broker alone, which has nobody else to ask, or of most brokers at
 *       once; a jump back at once. After a machine was suspended, whose monotonic clock may have
 *       stood still, it is late by that time, an hour or two.
 * </ul>
 *
 * <p>An hour is long enough to see the warning and set the clock right, or for whoever keeps it to
 * do so, and short beside any retention that one would miss a record of.
 */
final class RetentionTime {
  /** Two such windows are looked at: the one that runs and the one before it. */
  static final long WINDOW_MS = 3_600_000;

  private boolean begun;
  private long windowBeganMs;
  private long leastMs;
  private long leastBeforeMs = Long.MAX_VALUE;

  /**
   * The time to go by now.
   *
   * @param wallMs this broker's wall clock
   * @param nowMs its monotonic clock, which never goes back
   * @param heard the cluster's time
   * @return milliseconds since 1970; empty when nothing may be deleted by time yet
   */
  OptionalLong at(long wallMs, long nowMs, Optional<ClusterTime> heard) {
    if (heard.isEmpty()) {
      return OptionalLong.empty();
    }
    long aheadMs = Math.min(wallMs, heard.get().at(nowMs)) - nowMs;
    if (!begun) {
      begun = true;
      windowBeganMs = nowMs;
      leastMs = aheadMs;
    } else if (nowMs - windowBeganMs >= WINDOW_MS) {
      windowBeganMs = nowMs;
      leastBeforeMs = leastMs;
      leastMs = aheadMs;
    } else {
      leastMs = Math.min(leastMs, aheadMs);
    }
    return OptionalLong.of(nowMs + Math.min(leastMs, leastBeforeMs));
  }
}
