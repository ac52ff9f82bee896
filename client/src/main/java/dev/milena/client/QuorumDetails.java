package dev.milena.client;

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
public record QuorumDetails(
    OptionalInt leader, int answeredBy, long term, Log log, List<Voter> voters) {
  /** Copies the list. */
  public QuorumDetails {
    voters = List.copyOf(voters);
  }

  /**
   * Indexes in that node's log; -1 where there is nothing yet.
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
   * @param logEnd index of the last entry it is known to have; -1: not known
   * @param lagEntries how many of the leader's entries it lacks; -1: not known
   * @param silentMs milliseconds since it answered the leader last, or since that leads; 0 for the
   *     leader; -1: not known
   */
  public record Voter(
      int id,
      String address,
      String directoryId,
      long logEnd,
      long lagEntries,
      long silentMs,
      Standing standing) {}

  /** How a voter stands with the others. */
  public enum VoterState {
    /** It leads. */
    LEADER,
    /** It answers its leader. */
    FOLLOWER,
    /** Nobody leads; it answers the node whose view this is. */
    ANSWERING,
    /** It has not answered its leader for seconds; or, while nobody leads, does not answer now. */
    SILENT,
    /** The node is up without the directory that votes: its disk was emptied. */
    EMPTIED,
    /**
     * Its new leader has not heard it yet; or what a later broker says and this client does not
     * know.
     */
    UNKNOWN
  }

  /**
   * How a voter stands.
   *
   * @param why for a silent one, in a few words; else empty
   */
  public record Standing(VoterState state, String why) {}
}
