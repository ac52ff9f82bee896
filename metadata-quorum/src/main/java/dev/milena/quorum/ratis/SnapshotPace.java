package dev.milena.quorum.ratis;

/**
 * Decides when a snapshot pays, beside those that are taken by the clock and by entries: what was
 * changed since the last one is changed again at the next start, and one command may change
 * thousands of partitions. Pure.
 */
final class SnapshotPace {
  /** Nothing is applied while one is taken, so that may be a fiftieth of the time at most. */
  private static final long SHARE = 50;

  private SnapshotPace() {}

  /**
   * Whether to take one now. They are apart, also so that one which is being sent to another member
   * is not gone before it is there.
   *
   * @param rows changed since the last
   * @param sinceMs since the last was begun, in milliseconds
   * @param tookMs how long that took, in milliseconds
   */
  static boolean isDue(QuorumTuning.Snapshots tuning, long rows, long sinceMs, long tookMs) {
    return rows >= tuning.rows() && sinceMs >= Math.max(tuning.apartMs(), SHARE * tookMs);
  }
}
