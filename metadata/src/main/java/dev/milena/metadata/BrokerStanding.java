package dev.milena.metadata;

/**
 * How a broker stands with the cluster.
 *
 * @param fenced down or unreachable: it leads nothing and counts for nothing
 * @param stopping shuts down in an orderly way: it gets no new replicas and no leadership. Stays so
 *     when it is fenced: only a new run comes up again
 * @param draining its replicas are being moved to others: it gets no new ones. Stays so when it
 *     registers anew
 * @param registeredMs when its present run registered, in milliseconds since 1970-01-01T00:00:00Z
 * @param upMs when it was unfenced last, in milliseconds since 1970-01-01T00:00:00Z; 0 for never
 */
public record BrokerStanding(
    boolean fenced, boolean stopping, boolean draining, long registeredMs, long upMs) {
  /** Of a broker that is not drained. */
  public BrokerStanding(boolean fenced, boolean stopping, long registeredMs, long upMs) {
    this(fenced, stopping, false, registeredMs, upMs);
  }

  /** Of a broker's first run, that has just registered. */
  static BrokerStanding first(long nowMs) {
    return new BrokerStanding(true, false, nowMs, 0);
  }

  /** Of the next run, that has just registered. */
  BrokerStanding registeredAnew(long nowMs) {
    return new BrokerStanding(true, false, draining, nowMs, upMs);
  }

  BrokerStanding drain(boolean isDraining) {
    return new BrokerStanding(fenced, stopping, isDraining, registeredMs, upMs);
  }

  BrokerStanding fence() {
    return new BrokerStanding(true, stopping, draining, registeredMs, upMs);
  }

  BrokerStanding unfence(long nowMs) {
    return new BrokerStanding(false, stopping, draining, registeredMs, nowMs);
  }

  BrokerStanding stop() {
    return new BrokerStanding(fenced, true, draining, registeredMs, upMs);
  }
}
