package dev.milena.quorum.ratis;

/** What came of asking a voter, on the quorum's port, who it is. */
public sealed interface VoterAnswer {
  /** It answers under the name that votes; or, before a quorum is formed, at all. */
  record Present() implements VoterAnswer {}

  /** The node is up under another directory: its disk was emptied, and its vote went with it. */
  record Emptied() implements VoterAnswer {}

  /**
   * Nobody answers, or somebody else does.
   *
   * @param why a few words for people
   */
  record Silent(String why) implements VoterAnswer {}
}
