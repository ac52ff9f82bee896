package dev.milena.node.exit;

/** What the process tells whoever started it. The numbers are fixed: scripts rely on them. */
public enum ExitCode {
  /** Stopped as asked. */
  STOPPED(0),
  /** Something around Milena is in the way: no JDK, a port that is taken. */
  ENVIRONMENT(1),
  /** A setting or an option is wrong. */
  SETTING(2),
  /** The data directory cannot be used, or storage failed while running. */
  STORAGE(3);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The number that the process ends with. */
  public int number() {
    return number;
  }
}
