package dev.milena.simulation.cluster;

import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.StandInQuorum;
import dev.milena.broker.core.serving.LocalNetwork;
import dev.milena.broker.core.serving.OneThreadBroker;
import dev.milena.broker.core.serving.SimClock;
import dev.milena.broker.core.serving.TopicDefaults;
import dev.milena.log.disk.Disk;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicImage;
import dev.milena.replication.FlushPolicy;
import java.util.Map;
import java.util.TreeMap;

/** What all machines share, and what they cannot touch: the quorum, the network, the time. */
final class ClusterWorld {
  private static final int LOOPS = 2;

  /** Of every partition. */
  static final int REPLICAS = 3;

  private final ClusterBug bug;
  private final StandInQuorum quorum;
  private final StandInController controller;
  private final LocalNetwork network = new LocalNetwork();
  private final SimClock quorumClock = new SimClock();
  private int faults;

  ClusterWorld(long seed, ClusterBug bug) {
    this.bug = bug;
    this.quorum = new StandInQuorum(seed);
    this.controller = new StandInController(quorum);
    bug.forgery().ifPresent(network::forge);
  }

  ClusterBug bug() {
    return bug;
  }

  StandInQuorum quorum() {
    return quorum;
  }

  StandInController controller() {
    return controller;
  }

  LocalNetwork network() {
    return network;
  }

  /** The clocks of the machine that leads the quorum. */
  SimClock quorumClock() {
    return quorumClock;
  }

  long wallMs() {
    return quorumClock.wallMs();
  }

  /** One more fault has struck. */
  void faultStruck() {
    faults++;
  }

  int faults() {
    return faults;
  }

  OneThreadBroker.Setup setup(int id, Disk disk, QuorumGateway line, SimClock clock) {
    FlushPolicy policy =
        bug == ClusterBug.ACKNOWLEDGE_BEFORE_FSYNC ? FlushPolicy.REPLICATED : FlushPolicy.ACK;
    return new OneThreadBroker.Setup(
        id,
        network.dialerOf(id),
        LOOPS,
        disk,
        ClusterNode.ROOT,
        line,
        clock,
        new TopicDefaults(
            1,
            new ReplicaPlan.ByRule(REPLICAS),
            TopicImage.BY_RULE,
            new TreeMap<>(Map.of("flush.policy", policy.setting())),
            86_400_000),
        OneThreadBroker.Setup.wideLimits());
  }
}
