package dev.milena.it.history;

/**
 * How writes got over a fault.
 *
 * @param standstillMs the longest time since the fault began in which nothing was acknowledged in
 *     some partition, as far as it began before the fault was over, or soon after
 * @param partition which one it was
 * @param afterEndMs how long after the fault was undone a record that was sent since had been
 *     acknowledged in every partition
 */
public record Recovery(long standstillMs, int partition, long afterEndMs) {
  /** It never was. */
  public static final long NEVER = Long.MAX_VALUE;

  /**
   * When a fault was, by the wall clock.
   *
   * @param endMs when it was undone
   */
  public record Span(long beginMs, long endMs) {
    /** A node that comes back may take leaderships back, which costs something, too. */
    static final long SOON_MS = 5_000;
  }
}
