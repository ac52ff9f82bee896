package dev.milena.quorum.ratis.formation;

import java.util.List;
import java.util.Optional;

/**
 * What a node finds before its member starts.
 *
 * @param self its name, as the folder says
 * @param voters as the settings name them; empty: a node that is not to form a quorum
 * @param disk what its folder holds
 */
public record StartFacts(PeerName self, List<Voter> voters, Disk disk) {
  /**
   * What the folder of a member holds.
   *
   * @param hasLog whether a log was begun in it
   * @param wasOpened whether a log was ever begun under this name
   * @param formation the quorum that it knows of
   * @param configuration the voters as the log says, as far as they were written beside it
   */
  public record Disk(
      boolean hasLog,
      boolean wasOpened,
      Optional<Formation> formation,
      Optional<Formation> configuration) {}

  /** Whether the settings name this node. */
  boolean isNamed() {
    return voters.stream().anyMatch(voter -> voter.id() == self.nodeId());
  }
}
