package dev.milena.broker.core.hosting;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.replication.PartitionFacts;

/** The sentences about a partition that is not led here. */
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

  /** The partition is not open here (yet, or any more). */
  static Refusal notHere(ClientRequest request, String why) {
    return Refusal.of(ErrorKind.LEADER_NOT_AVAILABLE, request.where().name(), why + "; try again");
  }
}
