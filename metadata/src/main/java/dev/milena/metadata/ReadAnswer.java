package dev.milena.metadata;

/** Whether this node has caught up with the quorum, for answers that must not be stale. */
public sealed interface ReadAnswer {
  /**
   * Everything that was agreed before the question is in this node's view now.
   *
   * @param index the view has reached
   */
  record CaughtUp(long index) implements ReadAnswer {}

  /** The quorum could not be asked; what the view shows may be old. */
  record Unavailable(String why) implements ReadAnswer {}
}
