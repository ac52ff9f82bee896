package dev.milena.quorum.ratis;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a member stands in the quorum, at one moment.
 *
 * @param leading this member leads and is ready to decide
 * @param sight what it knows of the leader
 * @param term of the quorum as this member knows it
 * @param voters as this member's log has them; none before it has one
 */
public record QuorumStatus(
    int nodeId,
    QuorumStage stage,
    boolean leading,
    LeaderSight sight,
    long term,
    List<VoterStatus> voters,
    LogStatus log) {
  /** Copies the voters. */
  public QuorumStatus {
    voters = List.copyOf(voters);
  }

  /** See {@link LeaderSight#nodeId}. */
  public OptionalInt leader() {
    return sight.nodeId();
  }

  /** See {@link LeaderSight#heardMs}. */
  public OptionalLong leaderHeardMs() {
    return sight.heardMs();
  }
}
