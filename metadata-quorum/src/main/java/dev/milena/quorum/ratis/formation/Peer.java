package dev.milena.quorum.ratis.formation;

/** A voter of a formed quorum: under which name it votes, and where it is met. */
public record Peer(PeerName name, String host, int port) {
  /** HOST:PORT. */
  public String address() {
    return host + ":" + port;
  }

  @Override
  public String toString() {
    return name.nodeId() + "@" + address();
  }
}
