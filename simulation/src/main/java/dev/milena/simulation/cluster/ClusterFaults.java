package dev.milena.simulation.cluster;

import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionMove;
import dev.milena.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What goes wrong, as the dice choose. */
final class ClusterFaults {
  private final SplittableRandom random;
  private final SimulatedCluster cluster;

  ClusterFaults(SplittableRandom random, SimulatedCluster cluster) {
    this.random = random;
    this.cluster = cluster;
  }

  /** Something goes wrong, or is mended again. */
  void strike() {
    ClusterNode node = cluster.any(random);
    if (random.nextInt(100) < 40) {
      mend();
      return;
    }
    cluster.world().faultStruck();
    int dice = random.nextInt(100);
    if (dice < 12) {
      node.kill(random.nextInt(12_000));
    } else if (dice < 22) {
      node.cutPower(random.nextInt(12_000));
    } else if (dice < 26) {
      cluster.nodes().forEach(each -> each.cutPower(random.nextInt(3_000)));
    } else if (dice < 36) {
      node.pause(random.nextInt(15_000));
    } else if (dice < 48) {
      node.beginStop(random.nextInt(3_000));
    } else if (dice < 60) {
      cut(node, cluster.any(random));
    } else if (dice < 68) {
      boolean to = random.nextBoolean();
      node.cutFromQuorum(to, !to || random.nextBoolean());
    } else if (dice < 72) {
      cluster.world().network().timeOut(random.nextInt(1 << 16));
    } else if (dice < 80) {
      node.machine().armFault();
    } else if (dice < 84) {
      node.machine().fill();
    } else if (dice < 88) {
      node.machine().slowDown(random.nextInt(8_000));
    } else if (dice < 91) {
      node.machine().jumpWall(random.nextLong(-3_600_000, 3_600_000));
    } else if (dice < 95) {
      cluster.world().controller().newLeader(cluster.nowMs(), random.nextInt(2_000));
    } else if (dice < 97) {
      electPreferred();
    } else {
      move();
    }
  }

  private void cut(ClusterNode one, ClusterNode other) {
    if (random.nextBoolean()) {
      cluster.world().network().cut(one.id(), other.id());
    } else {
      cluster.world().network().cutOneWay(one.id(), other.id());
    }
  }

  private void mend() {
    ClusterNode node = cluster.any(random);
    node.joinQuorum();
    node.machine().free();
    for (ClusterNode other : cluster.nodes()) {
      cluster.world().network().join(node.id(), other.id());
      cluster.world().network().join(other.id(), node.id());
    }
  }

  private void electPreferred() {
    var _ = cluster.world().quorum().decide(new MetadataCommand.ElectLeaders(partitions()));
  }

  /** Moves a partition to other brokers, or has a move given up. */
  private void move() {
    List<PartitionId> all = partitions();
    PartitionMove.Aim aim =
        random.nextInt(4) == 0
            ? new PartitionMove.Aim.Cancel()
            : new PartitionMove.Aim.Target(cluster.someBrokers(random));
    PartitionMove move = new PartitionMove(all.get(random.nextInt(all.size())), aim);
    var _ = cluster.world().quorum().decide(new MetadataCommand.ReassignPartitions(List.of(move)));
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
