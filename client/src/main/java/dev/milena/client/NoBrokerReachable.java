package dev.milena.client;

import dev.milena.client.connection.HostPort;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** None of the addresses led to a broker. */
public final class NoBrokerReachable extends MilenaException {
  private static final long serialVersionUID = 1L;

  /**
   * One address that was tried.
   *
   * @param answer what it answered, in a few words for people
   */
  public record Attempt(HostPort address, String answer) {
    @Override
    public String toString() {
      return address + ": " + answer;
    }
  }

  private final transient List<Attempt> attempts;

  NoBrokerReachable(List<Attempt> attempts) {
    super(
        ClientReason.NO_BROKER_REACHABLE.name(),
        "UNAVAILABLE",
        "no broker could be reached ("
            + attempts.stream().map(Attempt::toString).collect(Collectors.joining("; "))
            + ")",
        Map.of());
    this.attempts = List.copyOf(attempts);
  }

  /** What was tried, in order. */
  public List<Attempt> attempts() {
    return attempts;
  }
}
