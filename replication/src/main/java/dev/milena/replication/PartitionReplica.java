package dev.milena.replication;

/**
 * One replica of one partition: decides roles, the high watermark and what may be written.
 *
 * <p>Deciding only: {@link #step} takes what happened and tells the sink what to do about it. The
 * owner appends, flushes and answers, and reports back by further events.
 *
 * <pre>
 *             image: I lead                 image: another leads
 *   Idle ------------------------> Leading ----------------------> Following
 *     ^                              |  ^                             |
 *     |   nobody leads, LogFailed    |  |        image: I lead        |
 *     +------------------------------+  +-----------------------------+
 * </pre>
 *
 * <p>"When is this record safe?" When {@link #highWatermark} is above its offset: see {@link
 * HighWatermark#next}.
 */
public final class PartitionReplica {
  private static final ReplicaRole IDLE = new ReplicaRole.Idle();

  private final int self;
  private final ReplicaSettings settings;
  private final InSyncRules inSyncRules;
  private ReplicaRole role = IDLE;
  private PartitionFacts facts = PartitionFacts.NONE;
  private Standings standings = Standings.NOBODY;
  private LogEnds ends;
  private long logStart;
  private long highWatermark;
  private boolean logFailed;

  /**
   * A replica of a log that was just opened.
   *
   * @param self this broker's id
   * @param logStart the first offset kept; what is known to be committed, until more is known
   * @param ends how far the log reaches after recovery
   */
  public PartitionReplica(int self, long logStart, LogEnds ends, ReplicaSettings settings) {
    this.self = self;
    this.settings = settings;
    this.inSyncRules = new InSyncRules(self, settings);
    this.logStart = logStart;
    this.highWatermark = logStart;
    this.ends = ends;
  }

  /**
   * Takes one event.
   *
   * @param nowMs a monotonic clock in milliseconds; never goes back between steps
   * @throws IllegalStateException when an invariant is broken: an epoch or an end that goes back.
   *     The owner takes the partition offline
   */
  public void step(long nowMs, ReplicaEvent event, EffectSink sink) {
    switch (event) {
      case ReplicaEvent.Appended(long logEnd) -> appended(nowMs, logEnd, sink);
      case ReplicaEvent.Flushed(long flushedEnd) -> flushed(flushedEnd, sink);
      case ReplicaEvent.FollowerProgressed told -> followerProgressed(nowMs, told, sink);
      case ReplicaEvent.LogStartMoved(long moved) -> logStartMoved(moved, sink);
      case ReplicaEvent.FollowAnswered told -> {
        if (role instanceof Following following) {
          following.answered(told, nowMs, logStart, ends, sink);
        }
      }
      case ReplicaEvent.AskAgain() -> ask(sink);
      case ReplicaEvent.CopyRefused() -> {
        if (role instanceof Following following) {
          following.pause(nowMs);
        }
      }
      case ReplicaEvent.LeaderTold told -> leaderTold(told, sink);
      case ReplicaEvent.LogCut(long start, LogEnds left) -> logCut(start, left, sink);
      case ReplicaEvent.FactsChanged(PartitionFacts changed) -> factsChanged(nowMs, changed, sink);
      case ReplicaEvent.StandingsChanged(Standings changed) -> {
        standings = changed;
        reviewInSync(nowMs, sink);
      }
      case ReplicaEvent.IsrRefused(int partitionEpoch) -> isrRefused(nowMs, partitionEpoch, sink);
      case ReplicaEvent.TimePassed() -> timePassed(nowMs, sink);
      case ReplicaEvent.LogFailed() -> logFailed(sink);
    }
  }

  /** When to tell it that time has passed; {@link Long#MAX_VALUE} for never. */
  public long nextDueMs() {
    if (role instanceof Following following) {
      return following.askAgainMs();
    }
    return role instanceof Leading leading && facts.replicas().size() > 1
        ? Math.max(leading.mayProposeMs(), inSyncRules.nextDueMs(view(leading)))
        : InSyncRules.NEVER;
  }

  /** Whether a write may be appended now. */
  public WriteGate mayAppend(boolean acksAll) {
    if (logFailed) {
      return WriteGate.LOG_FAILED;
    }
    if (!(role instanceof Leading leading)) {
      return WriteGate.NOT_LEADER;
    }
    boolean tooFew = leading.inSync().counted() < facts.minInsync();
    return acksAll && tooFew ? WriteGate.NOT_ENOUGH_REPLICAS : WriteGate.OPEN;
  }

  /**
   * Whether records that a leader sent may be appended as they are.
   *
   * @param leaderEpoch the epoch in which they were sent
   * @param baseOffset of the first
   */
  public CopyGate mayCopy(int leaderEpoch, long baseOffset) {
    if (logFailed) {
      return CopyGate.LOG_FAILED;
    }
    return role instanceof Following following
        ? following.mayCopy(leaderEpoch, baseOffset, ends.logEnd())
        : CopyGate.PASS_OVER;
  }

  /** What this replica is. */
  public ReplicaRole role() {
    return role;
  }

  /** Everything below is committed. */
  public long highWatermark() {
    return highWatermark;
  }

  /**
   * Whether the high watermark has reached the start of this leader's epoch; before that it may lie
   * below what an earlier leader showed, and "latest" is not answered (rule 12, KIP-207).
   */
  public boolean knowsLatest() {
    return role instanceof Leading leading && highWatermark >= leading.epochStart();
  }

  /** What the image said last. */
  public PartitionFacts facts() {
    return facts;
  }

  /** Whether the log is offline. */
  public boolean isLogFailed() {
    return logFailed;
  }

  private void appended(long nowMs, long logEnd, EffectSink sink) {
    if (logEnd < ends.logEnd()) {
      throw new IllegalStateException("log end went from " + ends.logEnd() + " to " + logEnd);
    }
    if (role instanceof Leading leading) {
      leading.followers().beforeChange(nowMs, ends.logEnd(), facts.flushPolicy());
    }
    ends = new LogEnds(logEnd, ends.flushedEnd());
    wantFlush(sink);
    advance(sink);
    if (facts.flushPolicy() == FlushPolicy.REPLICATED) {
      report(sink);
    }
    // else the flush that was wanted is what counts, and is reported
  }

  private void flushed(long flushedEnd, EffectSink sink) {
    if (flushedEnd > ends.logEnd()) {
      throw new IllegalStateException(
          "flushed to " + flushedEnd + ", beyond the log end " + ends.logEnd());
    }
    // Rounds of the group flush may be told out of order.
    ends = new LogEnds(ends.logEnd(), Math.max(ends.flushedEnd(), flushedEnd));
    advance(sink);
    report(sink);
  }

  private void report(EffectSink sink) {
    if (role instanceof Following following && following.isCopying()) {
      sink.reportWanted(ends);
    }
  }

  private void logStartMoved(long moved, EffectSink sink) {
    logStart = Math.max(logStart, moved);
    raiseHighWatermark(logStart, sink);
  }

  private void ask(EffectSink sink) {
    if (role instanceof Following following) {
      following.ask(ends.logEnd(), sink);
    }
  }

  private void timePassed(long nowMs, EffectSink sink) {
    if (role instanceof Following following && nowMs >= following.askAgainMs()) {
      following.ask(ends.logEnd(), sink);
    }
    reviewInSync(nowMs, sink);
  }

  private void leaderTold(ReplicaEvent.LeaderTold told, EffectSink sink) {
    if (role instanceof Following following
        && following.isCopying()
        && told.leaderEpoch() == following.leaderEpoch()) {
      raiseHighWatermark(Math.min(told.highWatermark(), ends.logEnd()), sink);
      if (told.logStart() > logStart) {
        following.leadersStartIs(told.logStart(), ends, sink);
      }
    }
  }

  /** Below what was committed only after an election that was unclean: the owner says so. */
  private void logCut(long start, LogEnds left, EffectSink sink) {
    logStart = start;
    ends = left;
    highWatermark = Math.min(Math.max(highWatermark, start), left.logEnd());
    ask(sink);
  }

  private void followerProgressed(
      long nowMs, ReplicaEvent.FollowerProgressed told, EffectSink sink) {
    if (!(role instanceof Leading leading) || told.leaderEpoch() != leading.leaderEpoch()) {
      return;
    }
    FlushPolicy policy = facts.flushPolicy();
    leading
        .followers()
        .of(told.follower())
        .ifPresent(follower -> {
          // A new run may have less than the one before.
          follower.beforeChange(nowMs, follower.ends().countedEnd(policy), ends.logEnd());
          follower.progressed(told.brokerEpoch(), told.ends());
          follower.reckon(nowMs, follower.ends().countedEnd(policy), ends.logEnd());
        });
    advance(sink);
    if (!facts.isr().contains(told.follower())) {
      reviewInSync(nowMs, sink);
    }
  }

  private void isrRefused(long nowMs, int partitionEpoch, EffectSink sink) {
    if (role instanceof Leading leading
        && leading.inSync().isProposed()
        && facts.partitionEpoch() == partitionEpoch) {
      leading.refused(nowMs + settings.againMs());
      advance(sink);
    }
  }

  private void factsChanged(long nowMs, PartitionFacts changed, EffectSink sink) {
    if (changed.leaderEpoch() < facts.leaderEpoch()) {
      throw new IllegalStateException(
          "leader epoch went from " + facts.leaderEpoch() + " to " + changed.leaderEpoch());
    }
    PartitionFacts before = facts;
    facts = changed;
    if (logFailed) {
      return;
    }
    if (changed.leader() == self) {
      lead(nowMs, before, sink);
    } else if (before.leader() != changed.leader()
        || before.leaderEpoch() != changed.leaderEpoch()) {
      leave(sink);
    }
  }

  private void lead(long nowMs, PartitionFacts before, EffectSink sink) {
    if (!(role instanceof Leading leading) || leading.leaderEpoch() != facts.leaderEpoch()) {
      Leading begun = new Leading(facts.leaderEpoch(), ends.logEnd(), facts.isr());
      begun.followers().replicasAre(facts.replicas(), self, nowMs, ends.logEnd());
      role = begun;
      sink.becameLeader(facts.leaderEpoch(), ends.logEnd());
    } else {
      leading.followers().beforeChange(nowMs, ends.logEnd(), before.flushPolicy());
      rowChanged(nowMs, before, leading);
    }
    if (ends.flushedEnd() < ends.logEnd()) {
      wantFlush(sink);
    }
    advance(sink);
    reviewInSync(nowMs, sink);
  }

  private void rowChanged(long nowMs, PartitionFacts before, Leading leading) {
    // A new config alone settles nothing: a proposed ISR is still on its way.
    if (before.partitionEpoch() != facts.partitionEpoch()) {
      leading.followers().replicasAre(facts.replicas(), self, nowMs, ends.logEnd());
      leading.followers().inSyncChanged(before.isr(), facts.isr(), nowMs, settings);
      leading.inSync().settle(facts.isr());
    }
  }

  private void leave(EffectSink sink) {
    if (facts.leader() == PartitionFacts.NO_LEADER) {
      role = IDLE;
      sink.becameIdle(facts.leaderEpoch());
    } else {
      Following following = new Following(facts.leader(), facts.leaderEpoch(), settings);
      role = following;
      sink.becameFollower(facts.leader(), facts.leaderEpoch());
      following.ask(ends.logEnd(), sink);
    }
  }

  private void logFailed(EffectSink sink) {
    if (!logFailed) {
      logFailed = true;
      role = IDLE;
      sink.becameIdle(facts.leaderEpoch());
    }
  }

  /** What is wanted counts as proposed from here on: the owner may have sent it when it returns. */
  private void reviewInSync(long nowMs, EffectSink sink) {
    if (!(role instanceof Leading leading) || !leading.mayPropose(nowMs)) {
      return;
    }
    ReplicaSet wanted = inSyncRules.wanted(nowMs, view(leading));
    if (!wanted.equals(facts.isr())) {
      leading.inSync().propose(wanted);
      sink.isrWanted(wanted, facts.partitionEpoch());
    }
  }

  private InSyncRules.View view(Leading leading) {
    return new InSyncRules.View(ends, highWatermark, leading, facts, standings);
  }

  private void wantFlush(EffectSink sink) {
    if (facts.flushPolicy() == FlushPolicy.ACK) {
      sink.flushWanted(ends.logEnd());
    }
  }

  private void advance(EffectSink sink) {
    if (role instanceof Leading leading) {
      raiseHighWatermark(HighWatermark.next(highWatermark, self, ends, leading, facts), sink);
    }
  }

  private void raiseHighWatermark(long reached, EffectSink sink) {
    if (reached > highWatermark) {
      highWatermark = reached;
      sink.highWatermarkMoved(reached);
    }
  }
}
