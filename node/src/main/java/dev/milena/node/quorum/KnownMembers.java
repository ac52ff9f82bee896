package dev.milena.node.quorum;

import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.quorum.grpc.client.MemberAddresses;
import dev.milena.quorum.grpc.connection.PeerAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where members of the quorum are asked: this node itself if it has one, which knows who leads; the
 * settings' addresses; and every registered node with a quorum listener.
 *
 * @param self this node's own client address, when it has a member
 * @param bootstrap controller.quorum.bootstrap.servers
 * @param image as this node knows it
 */
public record KnownMembers(
    Optional<PeerAddress> self, List<PeerAddress> bootstrap, Supplier<ClusterImage> image)
    implements MemberAddresses {
  /** Copies the addresses. */
  public KnownMembers {
    bootstrap = List.copyOf(bootstrap);
  }

  @Override
  public List<PeerAddress> now() {
    LinkedHashSet<PeerAddress> all = new LinkedHashSet<>();
    self.ifPresent(all::add);
    all.addAll(bootstrap);
    for (BrokerImage broker : image.get().brokers().values()) {
      if (!broker.description().quorumAddress().isEmpty()) {
        all.add(new PeerAddress(broker.host(), broker.port()));
      }
    }
    return List.copyOf(all);
  }
}
