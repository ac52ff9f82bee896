package dev.milena.cli;

/** What the process ends with. */
final class ExitCode {
  /** Done as asked. */
  static final int DONE = 0;

  /** The cluster said no, or a record could not be written or read. */
  static final int REFUSED = 1;

  /** Wrong usage. */
  static final int USAGE = 2;

  /** No broker could be reached. */
  static final int UNREACHABLE = 3;

  private ExitCode() {}
}
