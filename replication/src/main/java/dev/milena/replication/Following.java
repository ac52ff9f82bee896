package dev.milena.replication;

/**
 * A replica that follows: its log must agree with the leader's before it copies.
 *
 * <pre>
 *              Agreed                          link anew, a gap
 *   ASKING -------------> COPYING      any  ------------------->  ASKING
 *     |  ^
 *     |  |  LogCut                     ASKING  --Refused-->  PAUSING  --time-->  ASKING
 *     v  |                             COPYING --no room-->  PAUSING
 *   CUTTING
 * </pre>
 *
 * <p>Answers name what was asked: one to an older question is passed over.
 */
public final class Following implements ReplicaRole {
  private enum Phase {
    ASKING,
    CUTTING,
    COPYING,
    PAUSING
  }

  private final int leader;
  private final int leaderEpoch;
  private final long againMs;
  private Phase phase = Phase.ASKING;
  private long askedFrom;
  private long askAgainMs = InSyncRules.NEVER;

  Following(int leader, int leaderEpoch, ReplicaSettings settings) {
    this.leader = leader;
    this.leaderEpoch = leaderEpoch;
    this.againMs = settings.againMs();
  }

  /** Broker id. */
  public int leader() {
    return leader;
  }

  /** In which it leads. */
  public int leaderEpoch() {
    return leaderEpoch;
  }

  /** Whether the log is the front of the leader's, and its ends may be reported. */
  public boolean isCopying() {
    return phase == Phase.COPYING;
  }

  void ask(long logEnd, EffectSink sink) {
    phase = Phase.ASKING;
    askedFrom = logEnd;
    askAgainMs = InSyncRules.NEVER;
    sink.followWanted(leader, leaderEpoch);
  }

  /** Something stands in the way that only time removes. */
  void pause(long nowMs) {
    phase = Phase.PAUSING;
    askAgainMs = nowMs + againMs;
  }

  /** When to {@link #ask} again by time alone. */
  long askAgainMs() {
    return askAgainMs;
  }

  /** Takes the answer to {@link #ask}. */
  void answered(
      ReplicaEvent.FollowAnswered told, long nowMs, long logStart, LogEnds ends, EffectSink sink) {
    if (phase != Phase.ASKING || told.leaderEpoch() != leaderEpoch || told.from() != askedFrom) {
      return;
    }
    switch (told.answer()) {
      case FollowAnswer.Agreed() -> {
        phase = Phase.COPYING;
        sink.reportWanted(ends);
      }
      case FollowAnswer.Diverged(EpochReach leaders) ->
          cut(Reconciliation.cut(logStart, leaders, told.own()), nowMs, logStart, ends, sink);
      case FollowAnswer.BelowStart(long leadersStart) -> beginAnew(leadersStart, sink);
      case FollowAnswer.Refused() -> pause(nowMs);
    }
  }

  private void cut(long offset, long nowMs, long logStart, LogEnds ends, EffectSink sink) {
    if (offset >= ends.logEnd()) {
      // Nothing to cut, and yet they differ: the leader contradicts itself. Not again at once.
      pause(nowMs);
      return;
    }
    if (offset < logStart) {
      beginAnew(offset, sink);
    } else {
      phase = Phase.CUTTING;
      sink.truncateWanted(offset);
    }
  }

  private void beginAnew(long offset, EffectSink sink) {
    phase = Phase.CUTTING;
    sink.beginAnewWanted(offset);
  }

  /** The leader's log starts later than this one. */
  void leadersStartIs(long leadersStart, LogEnds ends, EffectSink sink) {
    if (leadersStart > ends.logEnd()) {
      beginAnew(leadersStart, sink);
    } else {
      sink.forgetWanted(leadersStart);
    }
  }

  /** Whether records of the leader go to the end of this log. */
  CopyGate mayCopy(int epoch, long baseOffset, long logEnd) {
    if (phase != Phase.COPYING || epoch != leaderEpoch || baseOffset < logEnd) {
      return CopyGate.PASS_OVER;
    }
    return baseOffset == logEnd ? CopyGate.COPY : CopyGate.GAP;
  }
}
