package dev.milena.broker.core.hosting;

import dev.milena.log.RecoveryReport;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;

/**
 * A start finds a log and a role in each of thousands of partitions: while it lasts they are not
 * told of one by one, but in a sum.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class StartSum {
  private OpenedLogs opened = OpenedLogs.NONE;
  private boolean told;
  private volatile boolean over;

  /**
   * Counts a log that was opened.
   *
   * @return whether it is in the sum, so that nobody need be told of it alone
   */
  synchronized boolean count(RecoveryReport report, long beganMs, long endedMs) {
    if (!told) {
      opened = opened.with(report, beganMs, endedMs);
    }
    return !told;
  }

  /** What was opened, for whoever tells it; logs that are opened from now on are not in it. */
  public synchronized OpenedLogs tell() {
    told = true;
    return opened;
  }

  /** The start is over: from now on a role that changes is told of. */
  public void end() {
    over = true;
  }

  boolean isOver() {
    return over;
  }
}
