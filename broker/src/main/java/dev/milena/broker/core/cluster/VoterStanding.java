package dev.milena.broker.core.cluster;

/**
 * How a voter stands with the others.
 *
 * @param why for a silent one, in a few words; else empty
 */
public record VoterStanding(State state, String why) {
  /** The states. */
  public enum State {
    /** It leads. */
    LEADER,
    /** It answers its leader. */
    FOLLOWER,
    /** Nobody leads; it answers the node whose view this is. */
    ANSWERING,
    /** Its leader has not heard it yet, and does not lead for long enough to call it silent. */
    UNKNOWN,
    /** It answers neither. */
    SILENT,
    /** The node is up without the directory that votes. */
    EMPTIED
  }

  /** One that needs no words. */
  public static VoterStanding of(State state) {
    return new VoterStanding(state, "");
  }
}
