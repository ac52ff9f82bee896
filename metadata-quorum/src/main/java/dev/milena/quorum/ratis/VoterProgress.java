package dev.milena.quorum.ratis;

/** How far a voter is, as the leader knows it. */
public sealed interface VoterProgress {
  /**
   * The leader's knowledge.
   *
   * @param lastIndex of the last entry that is known to be on its disk
   * @param nextIndex of the entry that it is sent next
   * @param lagEntries how many entries of the leader's log it lacks
   * @param silentMs milliseconds since it answered last; 0 for the leader itself
   */
  record Known(long lastIndex, long nextIndex, long lagEntries, long silentMs)
      implements VoterProgress {}

  /**
   * The leader has not heard it since it leads.
   *
   * @param leadsMs for how long that is, in milliseconds
   */
  record Unheard(long leadsMs) implements VoterProgress {}

  /** This member does not lead. */
  record Unknown() implements VoterProgress {}
}
