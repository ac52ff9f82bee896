package dev.milena.broker.core.hosting;

/**
 * How often and how long logs were synced since the start.
 *
 * @param count syncs of logs, failed ones as well; one covers all that was appended before
 * @param nanos how long they took, added up
 */
public record SyncTotals(long count, long nanos) {
  private static final double NANOS_PER_SECOND = 1e9;

  /** How long they took, in seconds. */
  public double seconds() {
    return nanos / NANOS_PER_SECOND;
  }
}
