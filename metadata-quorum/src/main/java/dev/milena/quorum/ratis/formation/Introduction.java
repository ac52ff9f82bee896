package dev.milena.quorum.ratis.formation;

import java.util.Optional;

/**
 * What a node says of itself on the quorum's port.
 *
 * @param formation the quorum it knows of, in which it may have no vote
 * @param clients HOST:PORT where clients reach it; empty when it does not say
 */
public record Introduction(
    String clusterId, PeerName peer, Optional<Formation> formation, String clients) {
  /** Of a node that does not say where its clients reach it. */
  public Introduction(String clusterId, PeerName peer, Optional<Formation> formation) {
    this(clusterId, peer, formation, "");
  }
}
