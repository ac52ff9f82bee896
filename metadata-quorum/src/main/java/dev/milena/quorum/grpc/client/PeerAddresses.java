package dev.milena.quorum.grpc.client;

import dev.milena.proto.peer.v1.LeaderHint;
import dev.milena.proto.peer.v1.NodeAddress;
import dev.milena.quorum.grpc.connection.PeerAddress;
import java.util.Optional;

/** Addresses as other nodes tell them, which may be wrong. */
final class PeerAddresses {
  private PeerAddresses() {}

  /** Where the leader is, if the hint says so. */
  static Optional<PeerAddress> of(LeaderHint hint) {
    return hint.hasAddress() ? of(hint.getAddress()) : Optional.empty();
  }

  /** The address, if it is one. */
  static Optional<PeerAddress> of(NodeAddress address) {
    return PeerAddress.of(address.getHost(), address.getPort());
  }
}
