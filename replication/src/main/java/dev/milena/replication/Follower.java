package dev.milena.replication;

/**
 * What a leader knows of one follower in its present epoch.
 *
 * <p>Followers report while records flow and are silent otherwise. When one was caught up is
 * reckoned by a mark, the leader's log end at some moment: whoever reaches it was caught up then.
 * The mark stays until it is reached, else a follower that is always a little behind a busy leader
 * would never be.
 */
final class Follower {
  /** Of the run that reported; of an older one nothing is believed. */
  private long brokerEpoch = Standings.NO_EPOCH;

  private LogEnds ends = LogEnds.UNKNOWN;
  private long caughtUpMs;
  private long markEnd;
  private long markMs;
  private long joinedMs;
  private long mayJoinMs;
  private long rejoinMs;
  private long leftInRun = Standings.NO_EPOCH;

  /** A follower in the eyes of a new leader, which has heard of nobody yet. */
  Follower(long nowMs, long leaderEnd) {
    caughtUpMs = nowMs;
    markMs = nowMs;
    markEnd = leaderEnd;
    joinedMs = nowMs;
    mayJoinMs = nowMs;
  }

  /** Takes a report; within a run ends never go back, so an old report arriving late is lost. */
  void progressed(long run, LogEnds told) {
    if (run > brokerEpoch) {
      brokerEpoch = run;
      ends = told;
    } else if (run == brokerEpoch) {
      ends =
          new LogEnds(
              Math.max(ends.logEnd(), told.logEnd()),
              Math.max(ends.flushedEnd(), told.flushedEnd()));
    }
  }

  /** Reckons when it was caught up last, after a report. */
  void reckon(long nowMs, long countedEnd, long leaderEnd) {
    if (countedEnd >= leaderEnd) {
      caughtUpMs = nowMs;
    } else if (countedEnd >= markEnd) {
      caughtUpMs = Math.max(caughtUpMs, markMs);
    }
    if (countedEnd >= markEnd) {
      markEnd = leaderEnd;
      markMs = nowMs;
    }
  }

  /**
   * What it has, what it must have or what counts is about to change: who has everything is caught
   * up until now, however long nobody reckoned.
   */
  void beforeChange(long nowMs, long countedEnd, long leaderEnd) {
    if (countedEnd >= leaderEnd) {
      caughtUpMs = nowMs;
    }
  }

  long brokerEpoch() {
    return brokerEpoch;
  }

  LogEnds ends() {
    return ends;
  }

  long caughtUpMs() {
    return caughtUpMs;
  }

  /** Not before then may it join again. */
  long mayJoinMs() {
    return mayJoinMs;
  }

  /**
   * Whether it is believed to have what nobody wrote, without a report: not in a run that left
   * while it was up, for it may have lost its log.
   */
  boolean isBelievedUnheard(long run) {
    return run != leftInRun;
  }

  /** The image has it in sync from now on. */
  void joined(long nowMs) {
    joinedMs = nowMs;
    caughtUpMs = nowMs;
  }

  /**
   * The image has it in sync no longer. The sooner it left again, the longer it waits.
   *
   * @param run of a broker that left although it is up; {@link Standings#NO_EPOCH} of one that went
   */
  void left(long nowMs, long run, ReplicaSettings settings) {
    leftInRun = run;
    boolean steady = rejoinMs == 0 || nowMs - joinedMs >= settings.steadyMs();
    rejoinMs = steady ? settings.rejoinMs() : Math.min(settings.mostRejoinMs(), 2 * rejoinMs);
    mayJoinMs = nowMs + rejoinMs;
  }
}
