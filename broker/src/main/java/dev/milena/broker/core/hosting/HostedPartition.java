package dev.milena.broker.core.hosting;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.Refusal;
import dev.milena.log.AppendOutcome;
import dev.milena.log.FlushResult;
import dev.milena.log.GroupFlush;
import dev.milena.log.LogSettings;
import dev.milena.log.PartitionLog;
import dev.milena.records.BatchFault;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.EffectSink;
import dev.milena.replication.Leading;
import dev.milena.replication.LogEnds;
import dev.milena.replication.PartitionReplica;
import dev.milena.replication.ReplicaEvent;
import dev.milena.replication.ReplicaSet;
import dev.milena.replication.ReplicaSettings;
import dev.milena.replication.Standings;
import dev.milena.replication.WriteGate;
import java.io.IOException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * An open partition: its log, its replica and the requests that wait for it. The replica decides,
 * this class performs: it appends, asks for flushes, and answers.
 *
 * <p>"When is this record safe?" {@link #produce} appends it, {@link #flushDone} learns that it is
 * on disk, the replica moves the high watermark, and {@link #highWatermarkMoved} answers.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class HostedPartition implements EffectSink {
  private static final Logger events = LoggerFactory.getLogger(HostedPartition.class);

  private final PartitionAddress address;
  private final HostingContext context;
  private final IsrWishes wishes;
  private final PartitionLog log;
  private final FlushRequests flush;
  private final PartitionReplica replica;
  private final ProduceWaitlist produces;
  private final PartitionReads reads;
  private boolean hadRole;
  private long nowMs;
  private int maxBatchBytes;
  private long nextRetentionMs;

  /**
   * A partition whose log was opened; idle until it is told the facts.
   *
   * @param stored its log and who flushes it
   * @param wishes what it says to the quorum
   * @param post takes results of flushes back to the loop; called on a flush thread
   * @param again takes a request back to the loop's mailbox; called on any thread
   */
  HostedPartition(
      PartitionAddress address,
      HostingContext context,
      LogStorage.Stored stored,
      IsrWishes wishes,
      Consumer<LoopFact.FlushDone> post,
      Consumer<? super ClientRequest> again) {
    this.address = address;
    this.context = context;
    this.wishes = wishes;
    this.log = stored.log();
    GroupFlush groupFlush = stored.flush();
    this.flush =
        new FlushRequests(
            log,
            groupFlush,
            result -> post.accept(new LoopFact.FlushDone(address.id(), result)),
            new FlushPace(context.limits().unflushed()));
    this.replica =
        new PartitionReplica(
            context.self(),
            log.logStart(),
            new LogEnds(log.logEnd(), log.flushedEnd()),
            ReplicaSettings.DEFAULTS);
    this.produces = new ProduceWaitlist(context.limits().produces());
    this.reads = new PartitionReads(context, log, replica, again);
    this.nextRetentionMs = context.clock().monotonicMs();
  }

  /** The image changed: roles, in-sync replicas or the log's settings. */
  void assigned(Assignment.Hold wanted, long now) {
    nowMs = now;
    log.configure(wanted.settings());
    flush.pace().bound(wanted.flush());
    maxBatchBytes = wanted.settings().maxBatchBytes();
    replica.step(now, new ReplicaEvent.FactsChanged(wanted.facts()), this);
    if (replica.isLogFailed()) {
      wishes.lost(wanted.facts());
    }
  }

  /** Other brokers came or went. */
  void standingsAre(Standings brokers, long now) {
    nowMs = now;
    wishes.countOn(brokers);
    replica.step(now, new ReplicaEvent.StandingsChanged(brokers), this);
  }

  /** The quorum decided against the in-sync replicas that were wanted. */
  void isrRefused(int partitionEpoch, long now) {
    nowMs = now;
    replica.step(now, new ReplicaEvent.IsrRefused(partitionEpoch), this);
  }

  /** Takes a client's request and answers it, now or later. */
  void request(ClientRequest request, long now) {
    nowMs = now;
    if (request.isAbandoned()) {
      request.giveUp();
      return;
    }
    switch (request) {
      case ClientRequest.Produce produce -> produce(produce);
      case ClientRequest.Fetch fetch -> {
        if (leads(fetch)) {
          reads.fetch(fetch, now);
        }
      }
      case ClientRequest.Offsets offsets -> {
        if (leads(offsets)) {
          reads.offsets(offsets);
        }
      }
      case ClientRequest.Search search -> {
        if (leads(search)) {
          reads.search(search);
        }
      }
    }
  }

  /** At the end of a turn: one request for a flush for everything that was appended in it. */
  void endOfTurn() {
    flush.requestIfDue(nowMs);
  }

  /** A round of the group flush is over. */
  void flushDone(FlushResult result, long now) {
    if (!result.log().equals(log)) {
      // Of an earlier life of this partition: it says nothing about what is written now.
      return;
    }
    nowMs = now;
    flush.pace().roundOver();
    log.apply(result);
    switch (result) {
      case FlushResult.Flushed _ ->
          replica.step(now, new ReplicaEvent.Flushed(log.flushedEnd()), this);
      case FlushResult.FlushFailed(PartitionLog _, String reason) -> storageFailed(reason);
    }
  }

  /** Time has passed. */
  void tick(long now) {
    nowMs = now;
    produces.sweep(now);
    reads.sweep(now);
    if (now >= replica.nextDueMs()) {
      replica.step(now, new ReplicaEvent.TimePassed(), this);
    }
    if (now >= nextRetentionMs) {
      nextRetentionMs = now + context.limits().retentionCheckMs();
      retain();
    }
  }

  /** When {@link #tick} has something to do next, on the monotonic clock. */
  long nextTickMs() {
    long nextDeadlineMs = Math.min(produces.nextDeadlineMs(), reads.nextDeadlineMs());
    long nextRuleMs = Math.min(flush.pace().nextDueMs(), replica.nextDueMs());
    return Math.min(Math.min(nextRetentionMs, nextDeadlineMs), nextRuleMs);
  }

  /**
   * Lets go of the log in good order: what can be committed by one last flush is acknowledged, who
   * waits for more is refused. Waits for the disk.
   */
  void close(ErrorKind kind, String message) {
    reads.refuseAll(kind, message);
    try {
      boolean healthy = log.offlineReason().isEmpty();
      log.close();
      if (healthy) {
        replica.step(nowMs, new ReplicaEvent.Flushed(log.flushedEnd()), this);
      }
    } catch (IOException failed) {
      storageFailed(String.valueOf(failed.getMessage()));
    }
    produces.refuseAll(kind, message + "; what became of these records is unknown");
  }

  /** The partition is gone for good: nothing is waited for. The log is the caller's to delete. */
  PartitionLog drop(ErrorKind kind, String message) {
    reads.refuseAll(kind, message);
    produces.refuseAll(kind, message);
    return log;
  }

  private void produce(ClientRequest.Produce request) {
    WriteGate gate = replica.mayAppend(request.acks() == Acks.ALL);
    if (isLate(request)) {
      request.refuse(PartitionRefusals.tooLate(request));
    } else if (gate != WriteGate.OPEN) {
      request.refuseUntouched(gateRefusal(request, gate));
    } else if (request.acks() == Acks.ALL && produces.isFull()) {
      request.refuse(
          Refusal.overloaded(
              address.name(),
              "%s writes to %s wait for their acknowledgement, the most there may be"
                  .formatted(context.limits().produces(), address.name())));
    } else {
      append(request);
    }
  }

  /**
   * Whether the client has given up: its retry may be on the way, and both would be stored. Looks
   * at the clock anew, since a roll earlier in the turn may have waited for the disk. With
   * acks=none nobody waits, so nobody gives up.
   */
  private boolean isLate(ClientRequest.Produce request) {
    return request.acks() != Acks.NONE && request.deadlineMs() <= context.clock().monotonicMs();
  }

  private void append(ClientRequest.Produce request) {
    int leaderEpoch = ((Leading) replica.role()).leaderEpoch();
    AppendOutcome outcome = log.append(request.batches(), leaderEpoch, context.clock().wallMs());
    switch (outcome) {
      case AppendOutcome.Appended appended -> appended(request, appended);
      case AppendOutcome.Rejected(BatchFault fault, String detail) ->
          request.refuse(
              PartitionRefusals.rejected(request.where().name(), fault, detail, maxBatchBytes));
      case AppendOutcome.NoSpace(String detail, boolean mayComeBack) ->
          request.refuse(PartitionRefusals.full(address.name(), detail, mayComeBack));
      case AppendOutcome.Offline(String reason) -> {
        request.refuse(offline(reason));
        storageFailed(reason);
      }
    }
  }

  private void appended(ClientRequest.Produce request, AppendOutcome.Appended appended) {
    long end = appended.endOffset();
    var written =
        new PartOutcome.Written(
            appended.baseOffset(),
            request.recordCount(),
            appended.logAppendTimeMs(),
            log.logStart());
    request.released().run();
    flush.pace().appended(request.recordCount(), nowMs);
    switch (request.acks()) {
      case ALL ->
          produces.add(
              new ProduceWaitlist.Waiting(
                  request.where().name(), request.deadlineMs(), end, written, request.answer()));
      case LEADER -> request.answer().accept(written);
      case NONE -> {}
    }
    replica.step(nowMs, new ReplicaEvent.Appended(end), this);
  }

  private boolean leads(ClientRequest request) {
    WriteGate gate = replica.mayAppend(false);
    if (gate != WriteGate.OPEN) {
      request.refuse(gateRefusal(request, gate));
    }
    return gate == WriteGate.OPEN;
  }

  private Refusal gateRefusal(ClientRequest request, WriteGate gate) {
    return switch (gate) {
      case LOG_FAILED -> offline(log.offlineReason().orElse("its log is offline"));
      case NOT_ENOUGH_REPLICAS ->
          PartitionRefusals.notEnoughReplicas(address.name(), replica.facts());
      case NOT_LEADER, OPEN -> PartitionRefusals.notLeader(request, replica.facts());
    };
  }

  private Refusal offline(String reason) {
    return PartitionRefusals.offline(address.name(), reason);
  }

  private void storageFailed(String reason) {
    if (!replica.isLogFailed()) {
      events
          .atError()
          .addKeyValue("partition", address.name())
          .addKeyValue("log", log.name())
          .addKeyValue("reason", reason)
          .log("log is offline until the broker is restarted; check the disk");
      flush.pace().stop();
      context.storage().failed(log.name(), LogFailure.ofOpenLog(log, reason));
      replica.step(nowMs, new ReplicaEvent.LogFailed(), this);
      wishes.lost(replica.facts());
    }
  }

  private void retain() {
    if (replica.isLogFailed()) {
      return;
    }
    long byTimeMs = context.retention().check().orElse(LogSettings.NO_TIME);
    int segments = log.retain(byTimeMs, replica.highWatermark());
    log.offlineReason().ifPresent(this::storageFailed);
    if (segments > 0) {
      events
          .atInfo()
          .addKeyValue("partition", address.name())
          .addKeyValue("segments", segments)
          .addKeyValue("logStart", log.logStart())
          .log("retention let segments go");
      replica.step(nowMs, new ReplicaEvent.LogStartMoved(log.logStart()), this);
    }
  }

  @Override
  public void becameLeader(int leaderEpoch, long epochStart) {
    events
        .atLevel(levelOfRole())
        .addKeyValue("partition", address.name())
        .addKeyValue("leaderEpoch", leaderEpoch)
        .addKeyValue("epochStart", epochStart)
        .log("became leader");
  }

  @Override
  public void becameFollower(int leader, int leaderEpoch) {
    events
        .atLevel(levelOfRole())
        .addKeyValue("partition", address.name())
        .addKeyValue("leader", leader)
        .addKeyValue("leaderEpoch", leaderEpoch)
        .log("became follower");
    steppedDown("broker " + leader + " leads " + address.name() + " now");
  }

  // What a follower wants is performed with the streams between brokers. Until they are there a
  // partition of more than one replica takes no records (ProduceEntry), so nobody lacks any.

  @Override
  public void followWanted(int leader, int leaderEpoch) {}

  @Override
  public void truncateWanted(long offset) {}

  @Override
  public void beginAnewWanted(long offset) {}

  @Override
  public void forgetWanted(long logStart) {}

  @Override
  public void reportWanted(LogEnds ends) {}

  @Override
  public void becameIdle(int leaderEpoch) {
    if (replica.isLogFailed()) {
      String reason = log.offlineReason().orElse("its log is offline");
      reads.refuseAll(ErrorKind.STORAGE_OFFLINE, reason);
      produces.refuseAll(
          ErrorKind.STORAGE_OFFLINE, reason + "; what became of these records is unknown");
    } else {
      events
          .atLevel(context.start().isOver() ? Level.INFO : Level.DEBUG)
          .addKeyValue("partition", address.name())
          .addKeyValue("leaderEpoch", leaderEpoch)
          .log("has no leader");
      hadRole = true;
      steppedDown(address.name() + " has no leader now");
    }
  }

  @Override
  public void highWatermarkMoved(long highWatermark) {
    produces.committedTo(highWatermark);
    reads.visibleTo(highWatermark, nowMs);
  }

  @Override
  public void flushWanted(long logEnd) {
    flush.pace().want();
  }

  @Override
  public void isrWanted(ReplicaSet wanted, int partitionEpoch) {
    wishes.want(((Leading) replica.role()).leaderEpoch(), wanted, partitionEpoch);
  }

  /**
   * A broker that starts finds a role in each of thousands of partitions, and finds it once more
   * when it is let in: no change to tell of.
   */
  private Level levelOfRole() {
    Level level = hadRole && context.start().isOver() ? Level.INFO : Level.DEBUG;
    hadRole = true;
    return level;
  }

  private void steppedDown(String why) {
    reads.refuseAll(ErrorKind.NOT_LEADER, why + "; ask again for its leader");
    produces.refuseAll(
        ErrorKind.TIMED_OUT, why + "; whether these records last is for the new leader to say");
  }
}
