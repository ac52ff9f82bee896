package dev.milena.node.cluster;

import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.cluster.ClusterDesk;
import dev.milena.quorum.grpc.client.NodeDescriptions;
import dev.milena.quorum.grpc.client.PeerCalls;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.connection.PeerChannels;
import dev.milena.quorum.ratis.QuorumServer;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Constructs the desk of a node. Close it after the doors: calls under way are given up. */
@OwnedBy(Owner.CREATOR)
public final class ClusterWiring implements AutoCloseable {
  private final ExecutorService callers;
  private final ClusterDesk desk;

  private ClusterWiring(ExecutorService callers, ClusterDesk desk) {
    this.callers = callers;
    this.desk = desk;
  }

  /**
   * Builds a desk; asks nobody yet.
   *
   * @param member this node's member of the quorum, if it has one
   * @param gateway the broker's way to the quorum, and its view of the metadata
   * @param channels to other nodes
   * @param calls over them, in this node's name
   * @param leader the client port of whom this node has a session with
   */
  public static ClusterWiring open(
      Self self,
      Optional<QuorumServer> member,
      QuorumGateway gateway,
      PeerChannels channels,
      PeerCalls calls,
      Supplier<Optional<PeerAddress>> leader) {
    ExecutorService callers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("milena-desk-", 0).factory());
    QuorumFinder finder = new QuorumFinder(self.nodeId(), member, gateway.view(), channels, leader);
    NodeDescriptions others = new NodeDescriptions(calls);
    QuorumOrders orders = new QuorumOrders(gateway);
    NodeDesk desk =
        new NodeDesk(
            callers,
            new NodeTable(self, gateway, finder, others, () -> self.describe(member), callers),
            new QuorumSketch(self.nodeId(), member, finder),
            new QuorumVoters(self.nodeId(), member, finder),
            new NodeDesk.Changes(
                new Departures(gateway, finder),
                new LeaderElections(orders),
                new ReplicaMoves(orders),
                new Drains(orders)),
            new AuditReader(self.nodeId(), member, finder, new TopicHistory()));
    return new ClusterWiring(callers, desk);
  }

  /** For the doors. */
  public ClusterDesk desk() {
    return desk;
  }

  @Override
  public void close() {
    callers.shutdownNow();
  }
}
