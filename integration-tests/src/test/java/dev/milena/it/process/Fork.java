package dev.milena.it.process;

/** This process among those that run the tests side by side. */
public final class Fork {
  private static final String PREFIX = "fork-";

  /** Set by the build; alone, as in an editor, it is the first. */
  private static final String NAME = System.getProperty("milena.test.fork", PREFIX + 1);

  private Fork() {}

  /** From 1. */
  static int number() {
    return Integer.parseInt(NAME.substring(PREFIX.length()));
  }

  /** A name of its own for what two processes must not write at the same place. */
  public static String own(String name) {
    return name + "-" + NAME;
  }
}
