package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.PeerName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/** Our words for voters, and Ratis' words for them. */
final class RatisPeers {
  private RatisPeers() {}

  static RaftPeerId id(PeerName name) {
    return RaftPeerId.valueOf(name.toString());
  }

  static RaftPeer peer(Peer peer) {
    return RaftPeer.newBuilder().setId(id(peer.name())).setAddress(peer.address()).build();
  }

  static RaftGroup group(UUID groupId, Optional<Formation> voters) {
    List<RaftPeer> peers =
        voters.stream().flatMap(all -> all.peers().stream()).map(RatisPeers::peer).toList();
    return RaftGroup.valueOf(RaftGroupId.valueOf(groupId), peers);
  }

  /** The voter that a peer of Ratis stands for; nothing for a name of another form. */
  static Optional<Peer> peer(RaftPeer peer) {
    String address = peer.getAddress();
    int colon = address == null ? -1 : address.lastIndexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    String host = address.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    return PeerName.parse(peer.getId().toString())
        .map(name -> new Peer(name, bare, Integer.parseInt(address.substring(colon + 1))));
  }

  /** The voters that Ratis' peers stand for; nothing when there are none. */
  static Optional<Formation> formation(Collection<RaftPeer> peers) {
    List<Peer> voters = peers.stream().map(RatisPeers::peer).flatMap(Optional::stream).toList();
    return voters.isEmpty() ? Optional.empty() : Optional.of(new Formation(voters));
  }
}
