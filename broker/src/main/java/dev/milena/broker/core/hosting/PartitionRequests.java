package dev.milena.broker.core.hosting;

import dev.milena.broker.core.ErrorKind;
import dev.milena.log.PartitionLog;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.PartitionReplica;
import dev.milena.replication.WriteGate;

/** The clients' half of a hosted partition: writes and reads, those that wait among them. */
@OwnedBy(Owner.PARTITION_LOOP)
final class PartitionRequests {
  private final PartitionLog log;
  private final PartitionReplica replica;
  private final PartitionWrites writes;
  private final PartitionReads reads;

  PartitionRequests(
      PartitionLog log, PartitionReplica replica, PartitionWrites writes, PartitionReads reads) {
    this.log = log;
    this.replica = replica;
    this.writes = writes;
    this.reads = reads;
  }

  /** Takes a client's request and answers it, now or later. */
  void take(ClientRequest request, long nowMs) {
    if (request.isAbandoned()) {
      request.giveUp();
      return;
    }
    switch (request) {
      case ClientRequest.Produce produce -> writes.produce(produce);
      case ClientRequest.Fetch fetch -> {
        if (leads(fetch)) {
          reads.fetch(fetch, nowMs);
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

  private boolean leads(ClientRequest request) {
    WriteGate gate = replica.mayAppend(false);
    if (gate != WriteGate.OPEN) {
      request.refuse(PartitionRefusals.ofGate(request, gate, replica.facts(), log));
    }
    return gate == WriteGate.OPEN;
  }

  /** For the sentence about a batch that is too large. */
  void maxBatchBytesIs(int bytes) {
    writes.maxBatchBytesIs(bytes);
  }

  /** What is below is committed: whoever waited for it is answered. */
  void committedTo(long highWatermark, long nowMs) {
    writes.committedTo(highWatermark);
    reads.visibleTo(highWatermark, nowMs);
  }

  /** Answers what has waited too long. */
  void sweep(long nowMs) {
    writes.sweep(nowMs);
    reads.sweep(nowMs);
  }

  /** When to sweep next, on the monotonic clock. */
  long nextDeadlineMs() {
    return Math.min(writes.nextDeadlineMs(), reads.nextDeadlineMs());
  }

  /** Those who wait to read. */
  void refuseReads(ErrorKind kind, String message) {
    reads.refuseAll(kind, message);
  }

  /** Those who wait for an acknowledgement: what became of their records is not known here. */
  void refuseWrites(ErrorKind kind, String message) {
    writes.refuseAll(kind, message);
  }
}
