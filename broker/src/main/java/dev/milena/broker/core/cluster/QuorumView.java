package dev.milena.broker.core.cluster;

import java.util.List;

/**
 * The quorum as its leader sees it.
 *
 * @param leader node id
 * @param voters sorted by id
 */
public record QuorumView(int leader, long term, LogPlaces log, List<VoterView> voters) {
  /** Copies the list. */
  public QuorumView {
    voters = List.copyOf(voters);
  }

  /**
   * Indexes in the leader's log; -1 where there is nothing yet.
   *
   * @param startIndex of the first entry that is kept
   * @param lastIndex of the last entry
   * @param committedIndex of the last entry that is agreed on
   * @param snapshotIndex of the last entry in the newest snapshot
   */
  public record LogPlaces(
      long startIndex, long lastIndex, long committedIndex, long snapshotIndex) {}
}
