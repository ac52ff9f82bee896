package dev.milena.quorum.ratis;

/** How far a node is on its way into the quorum. */
public enum QuorumStage {
  /** It waits until the named voters have formed the quorum. */
  FORMING,
  /** It has a log, and asks the other voters how far that had been before it opens it. */
  RETURNING,
  /** The quorum does without it: it has no log, and waits to be made a voter. */
  STRANGER,
  /** It has a log, which a leader may be filling, and no vote yet. */
  JOINING,
  /** It is one of the voters. */
  VOTER
}
