package dev.milena.broker.core;

/**
 * The cluster's time as the leader of the quorum has said it.
 *
 * @param wallMs milliseconds since 1970
 * @param heardMs when that was heard, on this broker's monotonic clock
 */
public record ClusterTime(long wallMs, long heardMs) {
  /** The same, carried on to a moment of the monotonic clock. */
  public long at(long nowMs) {
    return wallMs + (nowMs - heardMs);
  }
}
