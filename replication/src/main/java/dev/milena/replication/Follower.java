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

  /** Whether the run has told its ends, and they still count. */
  private boolean heard;

  private long caughtUpMs;
  private long markEnd;
  private long markMs;
  private long joinedMs;
  private long mayJoinMs;
  private long rejoinMs;

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
      heard = true;
    } else if (run == brokerEpoch) {
      heard = true;
      ends =
          new LogEnds(
              Math.max(ends.logEnd(), told.logEnd()),
              Math.max(ends.flushedEnd(), told.flushedEnd()));
    }
  }

  /** Nothing that it told counts any more; that it was in this run does, against older ones. */
  private void forget() {
    ends = LogEnds.UNKNOWN;
    heard = false;
  }

  /** Whether what it tells is of that run; an empty log is told, too. */
  boolean isHeardIn(long run) {
    return heard && run == brokerEpoch;
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

  /** The image has it in sync from now on. */
  void joined(long nowMs) {
    joinedMs = nowMs;
    caughtUpMs = nowMs;
  }

  /**
   * The image has it in sync no longer. The sooner it left again, the longer it waits. What it told
   * before counts no more: it may have lost its log, and one that has not tells it again.
   */
  void left(long nowMs, ReplicaSettings settings) {
    forget();
    boolean steady = rejoinMs == 0 || nowMs - joinedMs >= settings.steadyMs();
    rejoinMs = steady ? settings.rejoinMs() : Math.min(settings.mostRejoinMs(), 2 * rejoinMs);
    mayJoinMs = nowMs + rejoinMs;
  }
}
