package dev.milena.quorum.ratis.formation;

/**
 * A voter of a formed quorum: under which name it votes, and where it is met.
 *
 * @param host without the brackets of IPv6
 */
public record Peer(PeerName name, String host, int port) {
  /** HOST:PORT, with brackets around a numeric IPv6 address, as Ratis dials it. */
  public String address() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return name.nodeId() + "@" + address();
  }
}
