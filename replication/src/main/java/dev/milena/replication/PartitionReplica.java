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
  private ReplicaRole role = IDLE;
  private PartitionFacts facts = PartitionFacts.NONE;
  private LogEnds ends;
  private long highWatermark;
  private boolean logFailed;

  /**
   * A replica of a log that was just opened.
   *
   * @param self this broker's id
   * @param logStart the first offset kept; what is known to be committed, until more is known
   * @param ends how far the log reaches after recovery
   */
  public PartitionReplica(int self, long logStart, LogEnds ends) {
    this.self = self;
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
      case ReplicaEvent.Appended(long logEnd) -> appended(logEnd, sink);
      case ReplicaEvent.Flushed(long flushedEnd) -> flushed(flushedEnd, sink);
      case ReplicaEvent.FollowerProgressed progressed -> followerProgressed(progressed, sink);
      case ReplicaEvent.IsrProposed(ReplicaSet isr) -> isrProposed(isr);
      case ReplicaEvent.LogStartMoved(long logStart) -> raiseHighWatermark(logStart, sink);
      case ReplicaEvent.FactsChanged(PartitionFacts changed) -> factsChanged(changed, sink);
      case ReplicaEvent.LogFailed() -> logFailed(sink);
    }
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

  private void appended(long logEnd, EffectSink sink) {
    if (logEnd < ends.logEnd()) {
      throw new IllegalStateException("log end went from " + ends.logEnd() + " to " + logEnd);
    }
    ends = new LogEnds(logEnd, ends.flushedEnd());
    if (facts.flushPolicy() == FlushPolicy.ACK) {
      sink.flushWanted(logEnd);
    }
    advance(sink);
  }

  private void flushed(long flushedEnd, EffectSink sink) {
    if (flushedEnd > ends.logEnd()) {
      throw new IllegalStateException(
          "flushed to " + flushedEnd + ", beyond the log end " + ends.logEnd());
    }
    // Rounds of the group flush may be told out of order.
    ends = new LogEnds(ends.logEnd(), Math.max(ends.flushedEnd(), flushedEnd));
    advance(sink);
  }

  private void followerProgressed(ReplicaEvent.FollowerProgressed told, EffectSink sink) {
    if (role instanceof Leading leading && told.leaderEpoch() == leading.leaderEpoch()) {
      leading.followers().progressed(told.follower(), told.ends());
      advance(sink);
    }
  }

  private void isrProposed(ReplicaSet isr) {
    if (!(role instanceof Leading leading)) {
      throw new IllegalStateException("an ISR was proposed by a replica that does not lead");
    }
    leading.inSync().propose(isr);
  }

  private void factsChanged(PartitionFacts changed, EffectSink sink) {
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
      lead(before, sink);
    } else if (before.leader() != changed.leader()
        || before.leaderEpoch() != changed.leaderEpoch()) {
      leave(sink);
    }
  }

  private void lead(PartitionFacts before, EffectSink sink) {
    if (!(role instanceof Leading leading) || leading.leaderEpoch() != facts.leaderEpoch()) {
      role = new Leading(facts.leaderEpoch(), ends.logEnd(), facts.isr());
      sink.becameLeader(facts.leaderEpoch(), ends.logEnd());
    } else if (before.partitionEpoch() != facts.partitionEpoch()) {
      // A new config alone settles nothing: a proposed ISR is still on its way.
      leading.inSync().settle(facts.isr());
    }
    if (facts.flushPolicy() == FlushPolicy.ACK && ends.flushedEnd() < ends.logEnd()) {
      sink.flushWanted(ends.logEnd());
    }
    advance(sink);
  }

  private void leave(EffectSink sink) {
    if (facts.leader() == PartitionFacts.NO_LEADER) {
      role = IDLE;
      sink.becameIdle(facts.leaderEpoch());
    } else {
      role = new ReplicaRole.Following(facts.leader(), facts.leaderEpoch());
      sink.becameFollower(facts.leader(), facts.leaderEpoch());
    }
  }

  private void logFailed(EffectSink sink) {
    if (!logFailed) {
      logFailed = true;
      role = IDLE;
      sink.becameIdle(facts.leaderEpoch());
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
