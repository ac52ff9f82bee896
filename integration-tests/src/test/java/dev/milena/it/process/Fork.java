package dev.milena.it.process;

/** This process among those that run the tests side by side. */
public final class Fork {
  private static final String PREFIX = "fork-";

  /** Set by the build; alone, as in an editor, it is the first. */
  private static final String NAME = System.getProperty("milena.test.fork", PREFIX + 1);

  /** When the build of this run began, for all of its processes; alone it is a run of its own. */
  private static final String RUN =
      System.getProperty("milena.test.run", "alone-" + ProcessHandle.current().pid());

  private Fork() {}

  /** From 1. */
  static int number() {
    return Integer.parseInt(NAME.substring(PREFIX.length()));
  }

  /** Names the run of tests that this process is part of. */
  public static String run() {
    return RUN;
  }
}
