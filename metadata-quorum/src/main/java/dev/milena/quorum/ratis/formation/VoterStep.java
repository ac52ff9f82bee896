package dev.milena.quorum.ratis.formation;

/** What comes of the wish to change the voters. */
public sealed interface VoterStep {
  /** The voters become these. */
  record Change(Formation next) implements VoterStep {}

  /**
   * They stay.
   *
   * @param why a sentence that names the thing, the bound and the next step
   */
  record Refuse(VoterFault fault, String why) implements VoterStep {}
}
