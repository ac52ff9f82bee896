package dev.milena.quorum.control;

/** What should be done about a broker now. */
public sealed interface Duty {
  /** The broker it is about. */
  int broker();

  /** Call it at its advertised address, and tell what became of it. */
  record Dial(int broker, String host, int port) implements Duty {}

  /**
   * Take it out of leadership and of the in-sync replicas.
   *
   * @param why for the log, a sentence
   */
  record Fence(int broker, long brokerEpoch, String why) implements Duty {}

  /** Let it lead. */
  record Unfence(int broker, long brokerEpoch) implements Duty {}
}
