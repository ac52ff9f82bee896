package dev.milena.node.grpc;

import dev.milena.broker.core.copy.LeaderDialer;
import dev.milena.broker.core.serving.ReplicaCopies;
import dev.milena.broker.door.grpc.PeerServices;
import dev.milena.broker.peer.grpc.FollowerProof;
import dev.milena.broker.peer.grpc.GrpcLeaderDialer;
import dev.milena.broker.peer.grpc.ReplicationHandler;
import dev.milena.metadata.MetadataView;
import dev.milena.quorum.grpc.client.PeerCalls;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.connection.PeerChannels;
import dev.milena.quorum.grpc.server.PeerServicesWiring;
import dev.milena.quorum.grpc.server.ShownCaller;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The two ends of the streams on which brokers copy partitions, as parts of a node. */
public final class CopyWiring {
  /** Above the largest batch that a door takes. */
  private static final int MESSAGE_BYTES = 64 << 20;

  private CopyWiring() {}

  /**
   * Connections apart from those of the metadata: what is copied must not keep a heartbeat waiting.
   *
   * @param userAgent what other nodes log this one as
   */
  public static PeerChannels channels(String userAgent) {
    return new PeerChannels(userAgent, "milena-copies", MESSAGE_BYTES);
  }

  /** The way to brokers whose partitions this one copies, at the addresses of the image. */
  public static LeaderDialer leaders(PeerCalls calls, MetadataView view) {
    return new GrpcLeaderDialer(id ->
        view.image()
            .broker(id)
            .flatMap(broker -> PeerAddress.of(broker.host(), broker.port()))
            .flatMap(calls::ifOpen));
  }

  /** What other nodes ask this one: of the metadata, and to copy what it leads. */
  public static PeerServices services(PeerServicesWiring peers, ReplicaCopies copies) {
    ReplicationHandler replication =
        new ReplicationHandler(
            copies,
            () ->
                ShownCaller.current()
                    .map(shown -> new FollowerProof(shown.broker(), shown.tokenHash())));
    List<ServerServiceDefinition> services = new ArrayList<>(peers.services());
    services.add(peers.gated(replication));
    TreeMap<String, Integer> requestBytes = new TreeMap<>(PeerServicesWiring.requestBytes());
    requestBytes.put(ReplicationHandler.COPY, ReplicationHandler.REQUEST_BYTES);
    return new PeerServices(services, requestBytes);
  }
}
