package dev.milena.broker.core.hosting;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;

/**
 * The turn of one follower among the replicas that moves bring ({@link MovePace}). One that was
 * waited for stays its own until something was read, or it waits for none any more.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class MoveTurn {
  private final MovePace pace;

  /** Bytes for which its turn has come, or will come; or 0. */
  private int reserved;

  /** How much the last read gave, as a guess for the next. */
  private int lastBytes = Integer.MAX_VALUE;

  MoveTurn(MovePace pace) {
    this.pace = pace;
  }

  boolean isReserved() {
    return reserved > 0;
  }

  /**
   * Takes a turn for the next read.
   *
   * @param bytes that it may give at most, one at least
   * @param nowMs on the monotonic clock
   * @return when it comes, on that clock
   */
  long reserve(int bytes, long nowMs) {
    reserved = Math.min(bytes, lastBytes);
    return pace.reserve(reserved, nowMs);
  }

  /** The turn is over, if there was one; a read that gave nothing says nothing of the next. */
  void settle(int sent) {
    if (isReserved()) {
      pace.settle(reserved, sent);
      reserved = 0;
      lastBytes = sent > 0 ? sent : lastBytes;
    }
  }
}
