package dev.milena.node.cluster;

import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.cluster.DeskOutcome;
import dev.milena.broker.core.cluster.DirectoryRoom;
import dev.milena.broker.core.cluster.NodeView;
import dev.milena.broker.core.cluster.NodesView;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.ReadAnswer;
import dev.milena.quorum.grpc.DiskSpace;
import dev.milena.quorum.grpc.NodeDescription;
import dev.milena.quorum.grpc.client.NodeDescriptions;
import dev.milena.quorum.grpc.connection.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The nodes of the cluster, each with what it says of itself. Blocks, for some seconds at most. */
final class NodeTable {
  private static final Logger log = LoggerFactory.getLogger(NodeTable.class);

  /** A node that is asked says so much later that it is silent. */
  private static final long SILENT_MS = 1_000;

  private final Self self;
  private final QuorumGateway gateway;
  private final QuorumFinder finder;
  private final NodeDescriptions others;
  private final Supplier<NodeDescription> description;
  private final Executor callers;

  /**
   * @param description of this node, for its own row; may wait a moment
   */
  NodeTable(
      Self self,
      QuorumGateway gateway,
      QuorumFinder finder,
      NodeDescriptions others,
      Supplier<NodeDescription> description,
      Executor callers) {
    this.self = self;
    this.gateway = gateway;
    this.finder = finder;
    this.others = others;
    this.description = description;
    this.callers = callers;
  }

  DeskOutcome<NodesView> describe() throws InterruptedException {
    // without a quorum it is still told what this node knows
    Optional<ReadAnswer> caughtUp = Patience.await(gateway.readIndex(SILENT_MS), 2 * SILENT_MS);
    log.atDebug().addKeyValue("caughtUp", caughtUp).log("describing the nodes");
    ClusterImage image = gateway.view().image();
    CompletableFuture<NodeDescription> own = CompletableFuture.supplyAsync(description, callers);
    SortedMap<Integer, NodeDescription> said = new TreeMap<>(others.ask(places(image), SILENT_MS));
    // as long as the others had: what is there by now costs nothing
    Patience.await(own, SILENT_MS).ifPresent(found -> said.put(self.nodeId(), found));
    Sighting quorum = finder.look();
    SortedSet<Integer> voters = finder.voters(quorum);
    List<NodeView> nodes = new ArrayList<>();
    for (BrokerImage broker : image.brokers().values()) {
      Optional<NodeDescription> described = Optional.ofNullable(said.get(broker.id()));
      nodes.add(
          new NodeView(
              broker,
              vote(voters.contains(broker.id()), described),
              described.map(NodeDescription::disks).map(NodeTable::rooms)));
    }
    return new DeskOutcome.Answered<>(
        new NodesView(self.clusterId(), self.nodeId(), quorum.leader(), nodes));
  }

  private static NodeView.Vote vote(boolean counted, Optional<NodeDescription> described) {
    if (!counted) {
      return NodeView.Vote.NONE;
    }
    return described.filter(NodeDescription::stranger).isPresent()
        ? NodeView.Vote.EMPTIED
        : NodeView.Vote.VOTER;
  }

  private SortedMap<Integer, PeerAddress> places(ClusterImage image) {
    SortedMap<Integer, PeerAddress> places = new TreeMap<>();
    for (BrokerImage broker : image.brokers().values()) {
      if (broker.id() != self.nodeId()) {
        QuorumFinder.address(broker).ifPresent(at -> places.put(broker.id(), at));
      }
    }
    return places;
  }

  private static List<DirectoryRoom> rooms(List<DiskSpace> disks) {
    return disks.stream()
        .map(disk -> new DirectoryRoom(disk.path(), disk.totalBytes(), disk.freeBytes()))
        .toList();
  }
}
