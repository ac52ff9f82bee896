package dev.milena.broker.core.hosting;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.TreeMap;

/**
 * Which damage of a log is worth a line: a place that is read again and again has one a minute, and
 * so many places at most, however much of a disk is lost. Time comes in.
 */
@OwnedBy(Owner.ANY_THREAD)
final class DamageNotices {
  /** Between two lines about one place, in milliseconds. */
  static final long AGAIN_MS = 60_000;

  /** Places of which something is said within that. */
  static final int MOST = 64;

  private final TreeMap<Long, Long> saidMs = new TreeMap<>();

  /**
   * Whether it is to be said; who is told so says it.
   *
   * @param offset of the place
   * @param nowMs of a clock that never goes back
   */
  synchronized boolean isDue(long offset, long nowMs) {
    saidMs.values().removeIf(said -> nowMs - said >= AGAIN_MS);
    if (saidMs.containsKey(offset) || saidMs.size() >= MOST) {
      return false;
    }
    saidMs.put(offset, nowMs);
    return true;
  }
}
