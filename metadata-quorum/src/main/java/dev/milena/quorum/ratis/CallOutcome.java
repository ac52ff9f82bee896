package dev.milena.quorum.ratis;

import java.nio.ByteBuffer;

/** How one attempt to reach the quorum ended. */
sealed interface CallOutcome {
  /** The quorum answered. */
  record Replied(long index, ByteBuffer content) implements CallOutcome {}

  /**
   * It did not; another attempt may do better.
   *
   * @param maybeLogged whether the entry may have been logged all the same, and take effect later
   */
  record NotNow(String why, boolean maybeLogged) implements CallOutcome {}

  /** It will not be tried again: what it was for is over. */
  record Over(String why) implements CallOutcome {}
}
