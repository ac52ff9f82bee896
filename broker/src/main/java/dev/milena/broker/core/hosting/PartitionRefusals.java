package dev.milena.broker.core.hosting;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import dev.milena.log.PartitionLog;
import dev.milena.log.SequenceFault;
import dev.milena.records.BatchFault;
import dev.milena.replication.PartitionFacts;
import dev.milena.replication.WriteGate;

/** The sentences for what a partition does not do. */
final class PartitionRefusals {
  private PartitionRefusals() {}

  /** Another broker leads, or nobody. */
  static Refusal notLeader(ClientRequest request, PartitionFacts facts) {
    var where = request.where().name();
    if (facts.leader() == PartitionFacts.NO_LEADER) {
      return Refusal.of(
          ErrorKind.LEADER_NOT_AVAILABLE, where, where + " has no leader now; try again");
    }
    return Refusal.of(
            ErrorKind.NOT_LEADER,
            where,
            "broker %s leads %s; ask that one".formatted(facts.leader(), where))
        .with("leader", Integer.toString(facts.leader()))
        .with("leaderEpoch", Integer.toString(facts.leaderEpoch()));
  }

  /** What {@link WriteGate} keeps out. */
  static Refusal ofGate(
      ClientRequest request, WriteGate gate, PartitionFacts facts, PartitionLog log) {
    return switch (gate) {
      case LOG_FAILED ->
          offline(request.where().name(), log.offlineReason().orElse("its log is offline"));
      case NOT_ENOUGH_REPLICAS -> notEnoughReplicas(request.where().name(), facts);
      case NOT_LEADER, OPEN -> notLeader(request, facts);
    };
  }

  /** A write's turn came after its deadline. */
  static Refusal tooLate(ClientRequest request) {
    var where = request.where().name();
    return Refusal.of(
            ErrorKind.TIMED_OUT,
            where,
            "the time for these records was over before %s could take them; nothing was stored, send"
                    .formatted(where)
                + " them again, less at a time or with a longer timeout")
        .nothingStored();
  }

  /**
   * The disk is full.
   *
   * @param mayComeBack the bytes could not even be cut off again: a crash may leave them in the log
   */
  static Refusal full(PartitionName where, String detail, boolean mayComeBack) {
    Refusal refusal =
        Refusal.of(
            ErrorKind.STORAGE_FULL,
            where,
            "the disk of %s is full (%s); %s, and writing goes on when there is space"
                .formatted(
                    where,
                    detail,
                    mayComeBack
                        ? "nothing is stored unless the node crashes before there is"
                        : "nothing was stored"));
    return mayComeBack ? refusal : refusal.nothingStored();
  }

  /** A bug; what it was is in the broker's log. */
  static Refusal broken(PartitionName where) {
    return Refusal.of(
        ErrorKind.INTERNAL,
        where,
        "reading %s failed in a way it should not; the broker's log says more".formatted(where));
  }

  /** The partition is not open here (yet, or any more). */
  static Refusal notHere(ClientRequest request, String why) {
    return Refusal.of(ErrorKind.LEADER_NOT_AVAILABLE, request.where().name(), why + "; try again");
  }

  /** acks=all while fewer are in sync than must be. */
  static Refusal notEnoughReplicas(PartitionName where, PartitionFacts facts) {
    return Refusal.of(
            ErrorKind.NOT_ENOUGH_REPLICAS,
            where,
            "%s has %s in-sync replicas and min.insync.replicas is %s; acks=all waits for more"
                .formatted(where, facts.isr().size(), facts.minInsync()))
        .with("minInsyncReplicas", Integer.toString(facts.minInsync()));
  }

  /** The partition's log takes nothing any more. */
  static Refusal offline(PartitionName where, String reason) {
    return Refusal.of(
        ErrorKind.STORAGE_OFFLINE, where, "the log of %s is offline: %s".formatted(where, reason));
  }

  /** A batch of an idempotent producer is not the next of it, as this leader's log is. */
  static Refusal outOfSequence(
      PartitionName where, SequenceFault fault, String detail, int leaderEpoch) {
    ErrorKind kind =
        switch (fault) {
          case GAP -> ErrorKind.OUT_OF_ORDER_SEQUENCE;
          case OLD_EPOCH -> ErrorKind.OLD_PRODUCER_EPOCH;
          case ALREADY_STORED -> ErrorKind.DUPLICATE_SEQUENCE;
        };
    return Refusal.of(kind, where, "%s: %s; nothing was stored now".formatted(where, detail))
        .with("leaderEpoch", Integer.toString(leaderEpoch));
  }

  /** The log does not take these bytes. */
  static Refusal rejected(PartitionName where, BatchFault fault, String detail, int maxBytes) {
    if (fault == BatchFault.TOO_LARGE) {
      return Refusal.of(ErrorKind.RECORD_TOO_LARGE, where, detail)
          .with("maxBytes", Integer.toString(maxBytes));
    }
    return Refusal.of(
        ErrorKind.CORRUPT_BATCH,
        where,
        "%s: %s; nothing was stored".formatted(fault.sentence(), detail));
  }
}
