package dev.milena.quorum.ratis.formation;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * That a quorum was formed, and of whom. Whoever knows of one never forms another.
 *
 * @param peers sorted by name; never empty
 */
public record Formation(List<Peer> peers) {
  /** Sorts the peers. */
  public Formation {
    peers = peers.stream().sorted(Comparator.comparing(Peer::name)).toList();
    if (peers.isEmpty()) {
      throw new IllegalArgumentException("a formation has a peer at least");
    }
  }

  /** Whether this is one of the voters. */
  public boolean contains(PeerName name) {
    return peers.stream().anyMatch(peer -> peer.name().equals(name));
  }

  /** Whether anybody but this one votes. */
  public boolean hasOthers(PeerName self) {
    return peers.stream().anyMatch(peer -> !peer.name().equals(self));
  }

  /** The voter of this node id, under whatever name. */
  public Optional<Peer> ofNode(int nodeId) {
    return peers.stream().filter(peer -> peer.name().nodeId() == nodeId).findFirst();
  }
}
