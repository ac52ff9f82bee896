package dev.milena.quorum.grpc.connection;

/**
 * Where a node listens for other nodes: its client port.
 *
 * @param host a name or a numeric address, without the brackets of IPv6
 * @param port 1 to 65,535
 */
public record PeerAddress(String host, int port) {
  private static final int MAX_PORT = 65_535;

  /** Checks the bounds. */
  public PeerAddress {
    if (host.isBlank()) {
      throw new IllegalArgumentException("an address needs a host, got none before port " + port);
    }
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "port %s of %s is not between 1 and %s".formatted(port, host, MAX_PORT));
    }
  }

  /** HOST:PORT, with brackets around a numeric IPv6 address. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
