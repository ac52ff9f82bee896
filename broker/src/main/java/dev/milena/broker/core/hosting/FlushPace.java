package dev.milena.broker.core.hosting;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;

/**
 * Decides when one log is flushed next; asks nobody itself and takes the time as an argument.
 *
 * <p>At most one round is on its way. What is wanted meanwhile is asked for when it is over: so a
 * busy log is flushed back to back, and every round answers all appends before it.
 *
 * <p>Under {@code flush.policy=replicated} nobody waits for a flush and so nobody wants one. Bytes
 * still must not pile up: a roll would sync them all on the loop, and after a crash they would all
 * be scanned. So a flush is also due when there are many of them, or when the oldest is old; and
 * sooner where the topic asks for it.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class FlushPace {
  /** In answers: not before something is appended or wanted. */
  static final long NEVER = Long.MAX_VALUE;

  private final HostingLimits.Unflushed most;
  private FlushBounds bounds = FlushBounds.NONE;
  private boolean wanted;
  private boolean onItsWay;
  private boolean stopped;

  /** When what was appended and not asked for since is old enough. */
  private long oldAtMs = NEVER;

  /** Appended and not asked for since. */
  private long records;

  FlushPace(HostingLimits.Unflushed most) {
    this.most = most;
  }

  /**
   * What the topic asks for from now on. How many records may be unflushed holds at once, and for
   * those appended before, too; how old they may become is reckoned at each append, so a longer
   * time holds once what was appended before is flushed.
   */
  void bound(FlushBounds asked) {
    bounds = asked;
  }

  /** Records were appended. */
  void appended(int count, long nowMs) {
    records += count;
    oldAtMs = Math.min(oldAtMs, nowMs + Math.min(most.ms(), bounds.ms()));
  }

  /** Somebody waits for what was appended so far. */
  void want() {
    wanted = true;
  }

  /**
   * Whether to ask now; whoever does says so with {@link #asked}.
   *
   * @param unflushedBytes that a round asked for now would flush
   */
  boolean isDue(int unflushedBytes, long nowMs) {
    boolean many = unflushedBytes >= most.bytes() || records >= bounds.records();
    boolean due = wanted || many || nowMs >= oldAtMs;
    return due && !onItsWay && !stopped;
  }

  /** A round was asked for; it covers everything appended so far. */
  void asked() {
    wanted = false;
    onItsWay = true;
    records = 0;
    oldAtMs = NEVER;
  }

  /** The round is over, well or not. */
  void roundOver() {
    onItsWay = false;
  }

  /** The log has failed: nothing of it is ever flushed again. */
  void stop() {
    stopped = true;
  }

  /**
   * When to ask {@link #isDue} again if nothing happens, on the monotonic clock. While a round is
   * on its way its end is what happens next.
   */
  long nextDueMs() {
    return onItsWay || stopped ? NEVER : oldAtMs;
  }
}
