package dev.milena.quorum.ratis.formation;

/** What comes of the wish to change the voters. */
public sealed interface VoterStep {
  /** The voters become these. */
  record Change(Formation next) implements VoterStep {}

  /**
   * They stay; whoever leads now keeps the node from learning that it was removed, so that another
   * voter is to lead first.
   *
   * @param removed the name under which it had its vote
   */
  record LeadElsewhere(PeerName removed) implements VoterStep {}

  /**
   * They stay.
   *
   * @param why a sentence that names the thing, the bound and the next step
   */
  record Refuse(VoterFault fault, String why) implements VoterStep {}
}
