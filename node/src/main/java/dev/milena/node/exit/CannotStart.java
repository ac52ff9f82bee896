package dev.milena.node.exit;

/**
 * Why a node does not start, or does not go on: one or more sentences for a person, which name the
 * thing, what is wrong with it and what to do, and the code for a script.
 *
 * <p>It reaches the person as it is, without a stack trace; a cause is kept for the log alone.
 */
public final class CannotStart extends Exception {
  private static final long serialVersionUID = 1L;

  private final ExitCode code;

  public CannotStart(ExitCode code, String sentence) {
    super(sentence);
    this.code = code;
  }

  public CannotStart(ExitCode code, String sentence, Throwable cause) {
    super(sentence, cause);
    this.code = code;
  }

  /** What the process ends with. */
  public ExitCode code() {
    return code;
  }

  /** The sentence for the person. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
