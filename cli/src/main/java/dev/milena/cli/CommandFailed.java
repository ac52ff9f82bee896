package dev.milena.cli;

/**
 * Ends a command with an exit code and a sentence that names the thing, the bound and the next
 * step.
 */
final class CommandFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandFailed(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The user typed something that cannot be meant. */
  static CommandFailed usage(String message) {
    return new CommandFailed(ExitCode.USAGE, message);
  }

  /** It was understood and cannot be done. */
  static CommandFailed refused(String message) {
    return new CommandFailed(ExitCode.REFUSED, message);
  }

  /** Whom it takes cannot be reached. */
  static CommandFailed unreachable(String message) {
    return new CommandFailed(ExitCode.UNREACHABLE, message);
  }

  int exitCode() {
    return exitCode;
  }
}
