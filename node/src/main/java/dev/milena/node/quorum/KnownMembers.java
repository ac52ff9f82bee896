package dev.milena.node.quorum;

import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.quorum.grpc.client.MemberAddresses;
import dev.milena.quorum.grpc.connection.PeerAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where members of the quorum are asked: those that this node was told of, and every registered
 * node with a quorum listener.
 *
 * @param told addresses to ask first
 * @param image as this node knows it
 */
public record KnownMembers(Supplier<List<PeerAddress>> told, Supplier<ClusterImage> image)
    implements MemberAddresses {
  @Override
  public List<PeerAddress> now() {
    LinkedHashSet<PeerAddress> all = new LinkedHashSet<>();
    all.addAll(told.get());
    for (BrokerImage broker : image.get().brokers().values()) {
      if (!broker.description().quorumAddress().isEmpty()) {
        // rows from before registrations were checked so may hold what is no address
        PeerAddress.of(broker.host(), broker.port()).ifPresent(all::add);
      }
    }
    return List.copyOf(all);
  }

  /** All but one, as they are known by then. */
  public MemberAddresses without(PeerAddress one) {
    return () -> now().stream().filter(address -> !address.equals(one)).toList();
  }
}
