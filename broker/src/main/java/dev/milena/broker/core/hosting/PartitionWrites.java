package dev.milena.broker.core.hosting;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.Refusal;
import dev.milena.log.AppendOutcome;
import dev.milena.log.PartitionLog;
import dev.milena.log.SequenceFault;
import dev.milena.records.BatchFault;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.Leading;
import dev.milena.replication.PartitionReplica;
import dev.milena.replication.WriteGate;

/**
 * The writing half of a hosted partition: appends what producers send, hands it to those who copy,
 * and answers when it is safe.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class PartitionWrites {
  private final PartitionAddress address;
  private final HostingContext context;
  private final PartitionLog log;
  private final PartitionReplica replica;
  private final PartitionFeeds feeds;
  private final ReplicaHost host;
  private final ProduceWaitlist waitlist;
  private int maxBatchBytes;

  PartitionWrites(
      PartitionAddress address,
      HostingContext context,
      PartitionLog log,
      PartitionReplica replica,
      PartitionFeeds feeds,
      ReplicaHost host) {
    this.address = address;
    this.context = context;
    this.log = log;
    this.replica = replica;
    this.feeds = feeds;
    this.host = host;
    this.waitlist = new ProduceWaitlist(context.limits().produces());
  }

  /** For the sentence about a batch that is too large. */
  void maxBatchBytesIs(int bytes) {
    maxBatchBytes = bytes;
  }

  /** Takes a write and answers it, now or later. */
  void produce(ClientRequest.Produce request) {
    WriteGate gate = replica.mayAppend(request.acks() == Acks.ALL);
    if (isLate(request)) {
      request.refuse(PartitionRefusals.tooLate(request));
    } else if (gate != WriteGate.OPEN) {
      request.refuseUntouched(PartitionRefusals.ofGate(request, gate, replica.facts(), log));
    } else if (request.acks() == Acks.ALL && waitlist.isFull()) {
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
      case AppendOutcome.Known known -> known(request, known);
      case AppendOutcome.OutOfSequence(SequenceFault fault, String detail) ->
          request.outOfSequence(
              leaderEpoch,
              PartitionRefusals.outOfSequence(request.where().name(), fault, detail, leaderEpoch));
      case AppendOutcome.Rejected(BatchFault fault, String detail) ->
          request.refuse(
              PartitionRefusals.rejected(request.where().name(), fault, detail, maxBatchBytes));
      case AppendOutcome.NoSpace(String detail, boolean mayComeBack) ->
          request.refuse(PartitionRefusals.full(address.name(), detail, mayComeBack));
      case AppendOutcome.Offline(String reason) -> {
        request.refuse(PartitionRefusals.offline(address.name(), reason));
        host.storageFailed(reason);
      }
    }
  }

  /** It was stored before: whoever sends it again waits for what the first attempt waited for. */
  private void known(ClientRequest.Produce request, AppendOutcome.Known known) {
    var written =
        new PartOutcome.Written(
            known.baseOffset(), request.recordCount(), known.logAppendTimeMs(), log.logStart());
    request.released().run();
    boolean committed = known.endOffset() <= replica.highWatermark();
    if (request.acks() == Acks.ALL && !committed) {
      waitlist.add(
          new ProduceWaitlist.Waiting(
              request.where().name(),
              request.deadlineMs(),
              known.endOffset(),
              written,
              request.answer()::accept));
    } else if (request.acks() != Acks.NONE) {
      request.answer().accept(written);
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
    feeds.appended(request.batches(), appended.baseOffset(), end);
    request.released().run();
    switch (request.acks()) {
      case ALL ->
          waitlist.add(
              new ProduceWaitlist.Waiting(
                  request.where().name(),
                  request.deadlineMs(),
                  end,
                  written,
                  request.answer()::accept));
      case LEADER -> request.answer().accept(written);
      case NONE -> {}
    }
    host.appended(request.recordCount(), end);
  }

  /** Answers everything that is committed now. */
  void committedTo(long highWatermark) {
    waitlist.committedTo(highWatermark);
  }

  /** Answers what has waited too long. */
  void sweep(long nowMs) {
    waitlist.sweep(nowMs);
  }

  /** Answers all with a refusal: what became of their records is not known here. */
  void refuseAll(ErrorKind kind, String message) {
    waitlist.refuseAll(kind, message);
  }

  /** When to sweep next, on the monotonic clock. */
  long nextDeadlineMs() {
    return waitlist.nextDeadlineMs();
  }
}
