package dev.milena.metadata;

/**
 * How a broker stands with the cluster.
 *
 * @param fenced down or unreachable: it leads nothing and counts for nothing
 * @param stopping shuts down in an orderly way: it gets no new replicas and no leadership. Stays so
 *     when it is fenced: only a new run comes up again
 * @param registeredMs when its present run registered, in milliseconds since 1970-01-01T00:00:00Z
 * @param upMs when it was unfenced last, in milliseconds since 1970-01-01T00:00:00Z; 0 for never
 */
public record BrokerStanding(boolean fenced, boolean stopping, long registeredMs, long upMs) {
  /** Of a run that has just registered. */
  static BrokerStanding registered(long nowMs, long lastUpMs) {
    return new BrokerStanding(true, false, nowMs, lastUpMs);
  }

  BrokerStanding fence() {
    return new BrokerStanding(true, stopping, registeredMs, upMs);
  }

  BrokerStanding unfence(long nowMs) {
    return new BrokerStanding(false, stopping, registeredMs, nowMs);
  }

  BrokerStanding stop() {
    return new BrokerStanding(fenced, true, registeredMs, upMs);
  }
}
