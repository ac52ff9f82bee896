package dev.milena.quorum.ratis;

/**
 * Puts what Ratis says of this member's leadership in order. Its threads may say that a leadership
 * is ready after they have said that it is over.
 */
final class LeadershipEvents {
  private static final long NONE = -1;

  private final QuorumEvents events;
  private long readyTerm = NONE;
  private long overThroughTerm = NONE;

  LeadershipEvents(QuorumEvents events) {
    this.events = events;
  }

  /** This member leads in this term and has applied all before. */
  synchronized void ready(long term) {
    if (term > overThroughTerm && term > readyTerm) {
      readyTerm = term;
      events.leaderReady(term);
    }
  }

  /**
   * This member leads no longer.
   *
   * @param term the one that it led in, or a later one
   */
  synchronized void over(long term) {
    boolean wasReady = readyTerm > overThroughTerm;
    overThroughTerm = Math.max(overThroughTerm, Math.max(term, readyTerm));
    if (wasReady) {
      events.leaderLost();
    }
  }
}
