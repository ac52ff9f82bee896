package dev.milena.quorum.ratis;

import java.util.List;
import java.util.OptionalInt;

/**
 * How a member stands in the quorum, at one moment.
 *
 * @param leading this member leads and is ready to decide
 * @param leader node id of the leader, if one is known
 * @param term of the quorum as this member knows it
 * @param voters as this member's log has them; none before it has one
 */
public record QuorumStatus(
    int nodeId,
    QuorumStage stage,
    boolean leading,
    OptionalInt leader,
    long term,
    List<VoterStatus> voters,
    LogStatus log) {
  /** Copies the voters. */
  public QuorumStatus {
    voters = List.copyOf(voters);
  }
}
