package dev.milena.it.process;

/** The run of tests that this process is part of. */
public final class TestRun {
  /** When the build of this run began, for all of its processes; alone it is a run of its own. */
  private static final String ID =
      System.getProperty("milena.test.run", "alone-" + ProcessHandle.current().pid());

  private TestRun() {}

  /** Names the run. */
  public static String id() {
    return ID;
  }
}
