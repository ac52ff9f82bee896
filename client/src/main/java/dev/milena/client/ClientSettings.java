package dev.milena.client;

import dev.milena.client.connection.HostPort;
import java.util.List;

/**
 * How a client finds and asks the cluster.
 *
 * @param bootstrap addresses to begin with, at least one; the others are learnt from the cluster
 * @param clientId what brokers log this client as
 * @param connectTimeoutMs for one connection to one address; at least 1
 * @param requestTimeoutMs for one call, its retries included; 1 to 300,000
 */
public record ClientSettings(
    List<HostPort> bootstrap, String clientId, int connectTimeoutMs, int requestTimeoutMs) {
  private static final int DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
  private static final int DEFAULT_REQUEST_TIMEOUT_MS = 15_000;
  private static final int MAX_REQUEST_TIMEOUT_MS = 300_000;

  /** Checks the bounds. */
  public ClientSettings {
    bootstrap = List.copyOf(bootstrap);
    if (bootstrap.isEmpty()) {
      throw new IllegalArgumentException("bootstrap needs at least one address");
    }
    if (connectTimeoutMs < 1) {
      throw new IllegalArgumentException("connectTimeoutMs is at least 1, got " + connectTimeoutMs);
    }
    if (requestTimeoutMs < 1 || requestTimeoutMs > MAX_REQUEST_TIMEOUT_MS) {
      throw new IllegalArgumentException(
          "requestTimeoutMs is 1 to " + MAX_REQUEST_TIMEOUT_MS + ", got " + requestTimeoutMs);
    }
  }

  /**
   * The defaults: 10 s to connect, 15 s a call.
   *
   * @param bootstrap {@code HOST:PORT[,HOST:PORT...]}
   */
  public static ClientSettings of(String bootstrap) {
    return new ClientSettings(
        HostPort.parseList(bootstrap),
        "milena-java",
        DEFAULT_CONNECT_TIMEOUT_MS,
        DEFAULT_REQUEST_TIMEOUT_MS);
  }

  /** With another time for a call; connecting is never given more than that. */
  public ClientSettings withRequestTimeoutMs(int timeoutMs) {
    return new ClientSettings(
        bootstrap, clientId, Math.max(1, Math.min(connectTimeoutMs, timeoutMs)), timeoutMs);
  }

  /** With another name. */
  public ClientSettings withClientId(String id) {
    return new ClientSettings(bootstrap, id, connectTimeoutMs, requestTimeoutMs);
  }
}
