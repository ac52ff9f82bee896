package dev.milena.broker.core.serving;

import java.util.Optional;

/**
 * How long a catch-up with the quorum stands for questions that come after it. Pure.
 *
 * <p>A change of a topic is answered when every broker that is up shows it, or {@link
 * TopicEntry#SPREAD_MS} after it was seen to be made. So a broker that began to catch up less than
 * that ago shows all that was answered since, unless it is one that nobody waits for. See ADR 23.
 *
 * @param beganMs before the quorum was asked, on the monotonic clock
 * @param caughtUp whether the image reached what the quorum said
 */
record ReadLease(long beganMs, boolean caughtUp) {
  /** Shorter than {@link TopicEntry#SPREAD_MS} by what two nodes' clocks may differ in speed. */
  static final long STANDS_MS = 800;

  /** Before the first catch-up. */
  static final ReadLease NONE = new ReadLease(0, false);

  /**
   * Tells whether a question that comes now need not ask.
   *
   * @param waitedFor whether changes are answered only when this broker shows them: it is up, and
   *     not about to go
   */
  Optional<CatchUp.Outcome> standsFor(long nowMs, boolean waitedFor) {
    return caughtUp && waitedFor && nowMs - beganMs < STANDS_MS
        ? Optional.of(new CatchUp.Outcome.CaughtUp())
        : Optional.empty();
  }

  /** After one more catch-up; the one that began later is kept. */
  ReadLease after(long otherBeganMs, CatchUp.Outcome outcome) {
    boolean better =
        outcome instanceof CatchUp.Outcome.CaughtUp && (!caughtUp || otherBeganMs > beganMs);
    return better ? new ReadLease(otherBeganMs, true) : this;
  }
}
