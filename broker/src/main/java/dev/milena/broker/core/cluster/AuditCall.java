package dev.milena.broker.core.cluster;

/**
 * Asks for a page of the history.
 *
 * @param topic name or id of a topic, living or deleted; empty: all changes
 * @param sinceMs changes at or after this time, in milliseconds since 1970-01-01T00:00:00Z
 * @param fromIndex the first index of interest; 0 for all
 * @param maxChanges 1 to {@link #MAX_CHANGES}
 */
public record AuditCall(String topic, long sinceMs, long fromIndex, int maxChanges) {
  /** As many changes as a page holds. */
  public static final int MAX_CHANGES = 1_000;
}
