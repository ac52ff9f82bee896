package dev.milena.quorum.ratis.formation;

import java.util.Optional;

/**
 * What a node asks another on the quorum's port.
 *
 * @param clusterId of the caller
 * @param caller its name
 * @param join the voters there are, when the caller leads them and wants the other to become one
 * @param lost a leader that the caller has lost, when it wants a {@link Witness}
 * @param reached whether it comes back with a log, or otherwise wants to hear what {@link Reached}
 *     says
 */
public record IntroductionRequest(
    String clusterId,
    PeerName caller,
    Optional<Formation> join,
    Optional<LostLeader> lost,
    boolean reached) {
  /** Has perhaps lost a leader. */
  public IntroductionRequest(
      String clusterId, PeerName caller, Optional<Formation> join, Optional<LostLeader> lost) {
    this(clusterId, caller, join, lost, false);
  }

  /** Asks who the other is, or wants it to become a voter. */
  public IntroductionRequest(String clusterId, PeerName caller, Optional<Formation> join) {
    this(clusterId, caller, join, Optional.empty());
  }

  /** Wants to hear how far the voters' logs have been. */
  public static IntroductionRequest reached(String clusterId, PeerName caller) {
    return new IntroductionRequest(clusterId, caller, Optional.empty(), Optional.empty(), true);
  }
}
