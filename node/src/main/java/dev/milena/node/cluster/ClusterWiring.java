package dev.milena.node.cluster;

import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.cluster.ClusterDesk;
import dev.milena.quorum.grpc.BrokerToken;
import dev.milena.quorum.grpc.PeerIdentity;
import dev.milena.quorum.grpc.client.NodeDescriptions;
import dev.milena.quorum.grpc.client.PeerCalls;
import dev.milena.quorum.grpc.connection.PeerChannels;
import dev.milena.quorum.ratis.QuorumServer;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Constructs the desk of a node. Close it after the doors: calls under way are given up. */
@OwnedBy(Owner.CREATOR)
public final class ClusterWiring implements AutoCloseable {
  private final PeerChannels channels;
  private final ExecutorService callers;
  private final ClusterDesk desk;

  private ClusterWiring(PeerChannels channels, ExecutorService callers, ClusterDesk desk) {
    this.channels = channels;
    this.callers = callers;
    this.desk = desk;
  }

  /**
   * Builds a desk; asks nobody yet.
   *
   * @param member this node's member of the quorum, if it has one
   * @param gateway the broker's way to the quorum, and its view of the metadata
   */
  public static ClusterWiring open(
      Self self, Optional<QuorumServer> member, QuorumGateway gateway) {
    PeerChannels channels = new PeerChannels("milena-desk");
    ExecutorService callers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("milena-desk-", 0).factory());
    QuorumFinder finder = new QuorumFinder(member, gateway.view(), channels);
    // who asks what a node has need not prove who it is: no broker is registered with this token
    PeerIdentity identity =
        new PeerIdentity(self.clusterId(), self.nodeId(), BrokerToken.fresh(new SecureRandom()));
    NodeDescriptions others = new NodeDescriptions(new PeerCalls(channels, identity));
    NodeDesk desk =
        new NodeDesk(
            callers,
            new NodeTable(self, gateway, finder, others, callers),
            new QuorumVoters(self.nodeId(), member, finder),
            new Departures(gateway, finder),
            new AuditReader(self.nodeId(), member, finder, new TopicHistory()));
    return new ClusterWiring(channels, callers, desk);
  }

  /** For the doors. */
  public ClusterDesk desk() {
    return desk;
  }

  @Override
  public void close() {
    callers.shutdownNow();
    channels.close();
  }
}
