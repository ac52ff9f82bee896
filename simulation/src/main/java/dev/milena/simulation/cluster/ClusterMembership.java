package dev.milena.simulation.cluster;

import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.QuorumAnswer;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Who is a broker of the cluster, as an operator orders it.
 *
 * <pre>
 *   away       a machine with an empty disk, that nobody knows
 *   member     joined: it registers, and may get replicas
 *   leaving    drained: its replicas move to others; when it has none it ends, is decommissioned
 *              and is away again
 * </pre>
 */
final class ClusterMembership {
  private final ClusterWorld world;
  private final List<ClusterNode> nodes;
  private final TreeSet<Integer> leaving = new TreeSet<>();
  private boolean healed;

  ClusterMembership(ClusterWorld world, List<ClusterNode> nodes) {
    this.world = world;
    this.nodes = nodes;
  }

  /** One that is away joins; whether there is one. */
  boolean join() {
    Optional<ClusterNode> next = nodes.stream().filter(ClusterNode::isAway).findFirst();
    next.ifPresent(ClusterNode::join);
    return next.isPresent();
  }

  /** Begins to let one go, one at a time; whether the others suffice. */
  boolean retire(ClusterNode node) {
    long members = nodes.stream().filter(one -> !one.isAway()).count();
    boolean may = leaving.isEmpty() && !node.isAway() && members > ClusterWorld.REPLICAS;
    if (may && drain(node.id(), false)) {
      leaving.add(node.id());
      return true;
    }
    return false;
  }

  /** Does what is due about those who leave. */
  void look() {
    for (int id : List.copyOf(leaving)) {
      ClusterNode node = nodes.get(id - 1);
      if (holds(id)) {
        // what it got while it was drained moves too
        var _ = drain(id, false);
      } else if (!node.isAway()) {
        node.leave();
      } else if (world.quorum().image().broker(id).filter(BrokerImage::fenced).isPresent()
          && decided(new MetadataCommand.DecommissionBroker(id))) {
        leaving.remove(id);
        if (healed) {
          node.join();
        }
      }
    }
  }

  /** Nobody leaves any more; who has left comes back as soon as it was forgotten. */
  void heal() {
    healed = true;
    for (int id : List.copyOf(leaving)) {
      if (!nodes.get(id - 1).isAway()) {
        var _ = drain(id, true);
        leaving.remove(id);
      }
    }
  }

  private boolean holds(int id) {
    return world.quorum().image().topics().values().stream()
        .flatMap(topic -> topic.partitions().stream())
        .anyMatch(row -> has(row, id));
  }

  private static boolean has(PartitionImage row, int id) {
    return row.replicas().contains(id)
        || row.settledReplicas().contains(id)
        || row.reassignment().origin().contains(id);
  }

  private boolean drain(int id, boolean cancel) {
    return decided(new MetadataCommand.DrainBroker(id, cancel));
  }

  private boolean decided(MetadataCommand command) {
    return world.quorum().decide(command) instanceof QuorumAnswer.Decided;
  }
}
