package dev.milena.quorum.ratis.formation;

/** What a voter does about a leader that it lost. */
public sealed interface StandStep {
  /** It stands for election at once. */
  record Stand() implements StandStep {}

  /**
   * It leaves the matter to the others, and to the election's time-out.
   *
   * @param why for people
   */
  record Leave(String why) implements StandStep {}
}
