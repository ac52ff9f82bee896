package dev.milena.quorum.ratis.formation;

/** What comes of the wish to change the voters. */
public sealed interface VoterStep {
  /** The voters become these. */
  record Change(Formation next) implements VoterStep {}

  /**
   * They stay, and another voter is to lead first: whoever leads is the one that is to go, or keeps
   * one that was removed from learning of it.
   *
   * @param gone the name under which that one votes, or did
   */
  record LeadElsewhere(PeerName gone) implements VoterStep {}

  /**
   * They stay.
   *
   * @param why a sentence that names the thing, the bound and the next step
   */
  record Refuse(VoterFault fault, String why) implements VoterStep {}
}
