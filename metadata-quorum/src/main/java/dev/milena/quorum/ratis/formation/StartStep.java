package dev.milena.quorum.ratis.formation;

import java.util.Optional;

/** How a member starts. */
public sealed interface StartStep {
  /**
   * With the log it has, or with a new one, and asks nobody.
   *
   * @param voters what holds until the log says otherwise; empty: nothing, until a leader writes
   */
  record Open(Optional<Formation> voters) implements StartStep {}

  /** It forms a quorum of itself: writes this down, then starts with it. */
  record Form(Formation formation) implements StartStep {}

  /** It asks the other named voters, see {@link FormationRules}. */
  record Ask() implements StartStep {}

  /** It has no vote, and waits until a leader gives it one. */
  record Stranger() implements StartStep {}

  /** The settings contradict the data. */
  record Refuse(String why) implements StartStep {}

  /** The log is gone. */
  record Lost(String why) implements StartStep {}
}
