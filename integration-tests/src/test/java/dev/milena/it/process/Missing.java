package dev.milena.it.process;

import org.junit.jupiter.api.Assumptions;

/** What a test does on a machine that lacks something it needs. */
public final class Missing {
  private Missing() {}

  /**
   * Skips the test with a line that says what to do about it; where CI is true there is an error to
   * throw instead, so that nothing is skipped there unseen.
   *
   * @param remedy such as {@code apt-get install nodejs}
   */
  public static AssertionError needs(String remedy) {
    String said = "missing here; to have it: " + remedy;
    if ("true".equals(System.getenv("CI"))) {
      return new AssertionError(said);
    }
    System.err.println("test skipped, " + said);
    return Assumptions.abort(said);
  }
}
