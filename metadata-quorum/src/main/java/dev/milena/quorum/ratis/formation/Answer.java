package dev.milena.quorum.ratis.formation;

/** What came of asking a named voter who it is. */
public sealed interface Answer {
  /** It said who it is. */
  record Introduced(IntroductionReply reply) implements Answer {}

  /**
   * It did not answer, or nothing that can be read.
   *
   * @param why for people
   */
  record Silent(String why) implements Answer {}
}
