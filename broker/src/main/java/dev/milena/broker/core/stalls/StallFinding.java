package dev.milena.broker.core.stalls;

import java.nio.file.Path;

/** What a look at the disks and loops has come to; each is said once. */
public sealed interface StallFinding {
  /**
   * A disk has been silent for half of what it may.
   *
   * @param call that has not come back
   * @param ms for how long
   */
  record Slow(Path root, String call, long ms) implements StallFinding {}

  /**
   * A disk has been silent for as long as it may: what lies on it is offline.
   *
   * @param call that has not come back
   * @param ms for how long
   */
  record Stalled(Path root, String call, long ms) implements StallFinding {}

  /** A disk that had stalled has answered all that it was asked before. */
  record AnswersAgain(Path root) implements StallFinding {}

  /** A loop has not made a step for as long as a disk may be silent. */
  record LoopStuck(String loop, long ms) implements StallFinding {}

  /** A loop that was stuck goes on. */
  record LoopGoesOn(String loop) implements StallFinding {}

  /**
   * The broker can do nothing useful any more and must end.
   *
   * @param ofTheDisk whether a disk is to blame; else it is a bug
   * @param why in words that follow "the broker cannot go on: "
   */
  record Useless(boolean ofTheDisk, String why) implements StallFinding {}
}
