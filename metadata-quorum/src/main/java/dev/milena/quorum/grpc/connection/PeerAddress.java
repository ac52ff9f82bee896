package dev.milena.quorum.grpc.connection;

import dev.milena.metadata.HostRule;
import java.util.Optional;

/**
 * Where a node listens for other nodes: its client port.
 *
 * @param host as {@link HostRule} has it: without the brackets of IPv6
 * @param port 1 to 65,535
 */
public record PeerAddress(String host, int port) {
  private static final int MAX_PORT = 65_535;

  /** Checks the bounds. */
  public PeerAddress {
    HostRule.fault("the host of an address", host)
        .ifPresent(fault -> {
          throw new IllegalArgumentException(fault);
        });
    if (!isPort(port)) {
      throw new IllegalArgumentException(
          "port %s of %s is not between 1 and %s".formatted(port, host, MAX_PORT));
    }
  }

  /** What others say is an address, where it is one. */
  public static Optional<PeerAddress> of(String host, int port) {
    return HostRule.isHost(host) && isPort(port)
        ? Optional.of(new PeerAddress(host, port))
        : Optional.empty();
  }

  private static boolean isPort(int port) {
    return port >= 1 && port <= MAX_PORT;
  }

  /** HOST:PORT, with brackets around a numeric IPv6 address. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
