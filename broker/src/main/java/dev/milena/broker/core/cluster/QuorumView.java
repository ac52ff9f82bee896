package dev.milena.broker.core.cluster;

import java.util.List;
import java.util.OptionalInt;

/**
 * The quorum as its leader sees it; or, while nobody is known to lead, another node.
 *
 * @param leader node id; empty while nobody is known to lead
 * @param answeredBy whose view this is
 * @param term 0 where that node has no log
 * @param voters sorted by id
 */
public record QuorumView(
    OptionalInt leader, int answeredBy, long term, LogPlaces log, List<VoterView> voters) {
  /** Copies the list. */
  public QuorumView {
    voters = List.copyOf(voters);
  }

  /**
   * Indexes in that node's log; -1 where there is nothing yet.
   *
   * @param startIndex of the first entry that is kept
   * @param lastIndex of the last entry
   * @param committedIndex of the last entry that is agreed on
   * @param snapshotIndex of the last entry in the newest snapshot
   */
  public record LogPlaces(
      long startIndex, long lastIndex, long committedIndex, long snapshotIndex) {
    /** Of a node that has no log. */
    public static final LogPlaces NONE = new LogPlaces(-1, -1, -1, -1);
  }
}
