package dev.milena.node.exit;

/**
 * What the process tells whoever started it. The numbers are fixed: scripts rely on them.
 *
 * <p>A running node ends for its storage when none of its log directories can be used any more, and
 * when it is asked to stop and a log has failed. Single failed logs end nothing: the node stays
 * their leader and refuses what is asked of them.
 */
public enum ExitCode {
  /** Stopped as asked. */
  STOPPED(0),
  /** Something around Milena is in the way: no JDK, a port that is taken. */
  ENVIRONMENT(1),
  /** A setting or an option is wrong. */
  SETTING(2),
  /** The data directory cannot be used, or storage failed while running. */
  STORAGE(3),
  /** A part of Milena failed in a way it should not: a bug, to be reported with the log. */
  BUG(4);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /**
   * Whose failure it is when a running part cannot go on: disks and files fail with checked
   * exceptions, so where there is none in the chain of causes, it is a bug.
   */
  public static ExitCode ofFailure(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof RuntimeException || cause instanceof Error) {
      cause = cause.getCause();
    }
    return cause == null ? BUG : STORAGE;
  }

  /** The number that the process ends with. */
  public int number() {
    return number;
  }
}
