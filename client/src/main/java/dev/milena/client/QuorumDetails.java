package dev.milena.client;

import java.util.List;

/**
 * The quorum as its leader sees it.
 *
 * @param leader node id
 * @param voters sorted by id
 */
public record QuorumDetails(int leader, long term, Log log, List<Voter> voters) {
  /** Copies the list. */
  public QuorumDetails {
    voters = List.copyOf(voters);
  }

  /**
   * Indexes in the leader's log; -1 where there is nothing yet.
   *
   * @param start of the first entry that is kept
   * @param end of the last entry
   * @param committed of the last entry that is agreed on
   * @param snapshot of the last entry in the newest snapshot
   */
  public record Log(long start, long end, long committed, long snapshot) {}

  /**
   * A voter.
   *
   * @param address HOST:PORT of its quorum listener
   * @param directoryId names the disk that votes
   * @param logEnd index of the last entry it is known to have
   * @param lagEntries how many of the leader's entries it lacks
   * @param silentMs milliseconds since it answered the leader last; 0 for the leader
   */
  public record Voter(
      int id, String address, String directoryId, long logEnd, long lagEntries, long silentMs) {}
}
