package dev.milena.quorum.ratis;

/**
 * Ends the process: a member that cannot trust its state, or that Ratis has closed, must not stay
 * up and look alive.
 */
@FunctionalInterface
public interface Halt {
  /**
   * Ends the process at once, without waiting for anything; called from any thread, more than once.
   *
   * @param what happened, for the log's last line: it says what a person can do
   */
  void halt(String what, Throwable cause);
}
