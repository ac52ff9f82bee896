package dev.milena.simulation.cluster;

import dev.milena.broker.core.serving.LocalNetwork;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.PartitionMove;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.TopicImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What goes wrong, as the dice choose. */
final class ClusterFaults {
  private final SplittableRandom random;
  private final SimulatedCluster cluster;
  private final Map<Integer, Long> isolatedUntilMs = new HashMap<>();

  ClusterFaults(SplittableRandom random, SimulatedCluster cluster) {
    this.random = random;
    this.cluster = cluster;
  }

  /** Something goes wrong, or is mended again. What changes nothing is no fault. */
  void strike() {
    ClusterNode node = cluster.any(random);
    if (random.nextInt(100) < 40) {
      mend();
    } else if (happens(node, random.nextInt(100))) {
      cluster.world().faultStruck();
    }
  }

  private boolean happens(ClusterNode node, int dice) {
    if (dice < 12) {
      return node.kill(random.nextInt(12_000));
    } else if (dice < 22) {
      return node.cutPower(random.nextInt(12_000));
    } else if (dice < 26) {
      cluster.members().forEach(each -> each.cutPower(random.nextInt(3_000)));
      return true;
    } else if (dice < 36) {
      return node.pause(random.nextInt(15_000));
    } else if (dice < 48) {
      return node.beginStop(random.nextInt(3_000));
    } else if (dice < 60) {
      return random.nextInt(4) == 0 ? isolateLeader() : cut(node, cluster.any(random));
    } else if (dice < 68) {
      boolean to = random.nextBoolean();
      return node.cutFromQuorum(to, !to || random.nextBoolean());
    } else if (dice < 72) {
      return cluster.world().network().timeOut(random.nextInt(1 << 16));
    }
    return dice < 91 ? troubles(node, dice) : isOrdered(node, dice);
  }

  /** What goes wrong with a machine. */
  private boolean troubles(ClusterNode node, int dice) {
    if (dice < 80) {
      node.machine().armFault();
    } else if (dice < 84) {
      node.machine().fill();
    } else if (dice < 88) {
      node.machine().slowDown(random.nextInt(8_000));
    } else {
      node.machine().jumpWall(random.nextLong(-3_600_000, 3_600_000));
    }
    return node.isUp();
  }

  /** What the quorum or an operator does. */
  private boolean isOrdered(ClusterNode node, int dice) {
    if (dice < 95) {
      cluster.world().controller().newLeader(cluster.nowMs(), random.nextInt(2_000));
      return true;
    } else if (dice < 96) {
      return electPreferred();
    } else if (dice < 98) {
      return move();
    }
    return random.nextBoolean() ? cluster.membership().join() : cluster.membership().retire(node);
  }

  /**
   * Some partition's leader is cut off from everybody but the clients that have found it, for
   * longer than others wait for it, and than it waits for them.
   */
  private boolean isolateLeader() {
    List<PartitionId> all = partitions();
    PartitionId id = all.get(random.nextInt(all.size()));
    return cluster
        .world()
        .quorum()
        .image()
        .partition(id)
        .filter(PartitionImage::hasLeader)
        .map(row -> cluster.node(row.leader()))
        .filter(ClusterNode::isUp)
        .filter(this::isolate)
        .isPresent();
  }

  private boolean isolate(ClusterNode node) {
    isolatedUntilMs.put(node.id(), cluster.nowMs() + random.nextInt(10_000, 25_000));
    for (ClusterNode other : cluster.nodes()) {
      if (other != node) {
        cluster.world().network().cut(node.id(), other.id());
      }
    }
    return node.cutFromQuorum(true, true);
  }

  private boolean cut(ClusterNode one, ClusterNode other) {
    LocalNetwork network = cluster.world().network();
    if (one == other || !network.goes(one.id(), other.id())) {
      return false;
    }
    if (random.nextBoolean()) {
      network.cut(one.id(), other.id());
    } else {
      network.cutOneWay(one.id(), other.id());
    }
    return true;
  }

  private void mend() {
    ClusterNode node = cluster.any(random);
    node.machine().free();
    if (isIsolated(node)) {
      return;
    }
    node.joinQuorum();
    for (ClusterNode other : cluster.nodes()) {
      if (!isIsolated(other)) {
        cluster.world().network().join(node.id(), other.id());
        cluster.world().network().join(other.id(), node.id());
      }
    }
  }

  private boolean isIsolated(ClusterNode node) {
    return cluster.nowMs() < isolatedUntilMs.getOrDefault(node.id(), 0L);
  }

  private boolean electPreferred() {
    return cluster.world().quorum().decide(new MetadataCommand.ElectLeaders(partitions()))
        instanceof QuorumAnswer.Decided;
  }

  /** Moves a partition to other brokers, or has a move given up. */
  private boolean move() {
    List<PartitionId> all = partitions();
    PartitionMove.Aim aim =
        random.nextInt(4) == 0
            ? new PartitionMove.Aim.Cancel()
            : new PartitionMove.Aim.Target(cluster.someBrokers(random));
    PartitionMove move = new PartitionMove(all.get(random.nextInt(all.size())), aim);
    return cluster.world().quorum().decide(new MetadataCommand.ReassignPartitions(List.of(move)))
        instanceof QuorumAnswer.Decided;
  }

  private List<PartitionId> partitions() {
    List<PartitionId> all = new ArrayList<>();
    for (TopicImage topic : cluster.world().quorum().image().topics().values()) {
      for (int i = 0; i < topic.partitionCount(); i++) {
        all.add(new PartitionId(topic.id(), i));
      }
    }
    return all;
  }

  /** Everything is mended. */
  void healAll() {
    for (ClusterNode node : cluster.nodes()) {
      node.heal();
      for (ClusterNode other : cluster.nodes()) {
        cluster.world().network().join(node.id(), other.id());
      }
    }
    while (cluster.world().network().timeOut(0)) {}
  }
}
