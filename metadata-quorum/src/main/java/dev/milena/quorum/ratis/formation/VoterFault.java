package dev.milena.quorum.ratis.formation;

/** Why the voters stay as they are. */
public enum VoterFault {
  /** The node named is none that could be meant: no such voter, or another or nobody there. */
  WRONG_NODE,
  /** The quorum, as it is now, cannot or need not change so. */
  NOT_NOW
}
