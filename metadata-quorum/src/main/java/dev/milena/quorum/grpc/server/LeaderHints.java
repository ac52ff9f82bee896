package dev.milena.quorum.grpc.server;

import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.proto.peer.v1.LeaderHint;
import dev.milena.proto.peer.v1.NodeAddress;
import java.util.Optional;

/** Where the leader's client port is, as the image of a member says. */
final class LeaderHints {
  private LeaderHints() {}

  /** The leader with its address, if it has registered as a broker. */
  static Optional<LeaderHint> of(QuorumSight sight, ClusterImage image) {
    return sight
        .leader()
        .map(leader -> {
          LeaderHint.Builder hint = LeaderHint.newBuilder().setNodeId(leader.nodeId());
          image.broker(leader.nodeId()).map(LeaderHints::address).ifPresent(hint::setAddress);
          return hint.build();
        });
  }

  private static NodeAddress address(BrokerImage broker) {
    return NodeAddress.newBuilder()
        .setNodeId(broker.id())
        .setHost(broker.host())
        .setPort(broker.port())
        .build();
  }
}
