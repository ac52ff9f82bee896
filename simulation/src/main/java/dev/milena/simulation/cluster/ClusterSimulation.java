package dev.milena.simulation.cluster;

import dev.milena.broker.core.PartitionName;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicImage;
import dev.milena.simulation.InvariantBroken;
import dev.milena.simulation.PartitionHistory;
import dev.milena.simulation.SeedReport;
import dev.milena.simulation.SeedRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.pcollections.TreePMap;

/**
 * One run of a cluster of three to five brokers: clients, faults and the passing of time in an
 * order that one seed chooses, then a heal and a look at everything. The same seed gives the same
 * run, bit for bit.
 */
public final class ClusterSimulation {
  /** How long a run of ordinary length takes, in simulated milliseconds. */
  public static final long LENGTH_MS = 60_000;

  /** What a seed must have met to count. */
  private static final long LEAST_ACKNOWLEDGED = 1_000;

  private static final int LEAST_FAULTS = 10;

  private static final int DICE = 10_000;
  private static final long KEPT_MS = 15_000;

  /** Of so many faults one is a bit that flips. */
  private static final int FLIPS_OF = 10;

  /** To be whole again after everything, with the longest wait of a replica that flapped. */
  private static final long WHOLE_MS = 180_000;

  private final long seed;
  private final long lengthMs;
  private final SplittableRandom random;
  private final SimulatedCluster cluster;
  private final ClusterFaults faults;
  private final List<PartitionClients> clients = new ArrayList<>();

  /** Runs of so many simulated milliseconds. */
  public static SeedRunner.Scenario scenario(long lengthMs, ClusterBug bug) {
    Optional<MutatedLoader> mutated = bug.mutation().map(MutatedLoader::new);
    return new SeedRunner.Scenario() {
      @Override
      public SeedReport run(long seed) {
        return mutated.isPresent()
            ? mutated.get().run(seed, lengthMs, bug)
            : ClusterSimulation.run(seed, lengthMs, bug.name());
      }

      @Override
      public boolean counts(SeedReport report) {
        return report.acknowledged() >= LEAST_ACKNOWLEDGED && report.faults() >= LEAST_FAULTS;
      }

      @Override
      public String repeatCommand(long seed) {
        return "./mvnw -q -pl simulation -am test -Dtest=ClusterSimulationTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dmilena.seed=%d -Dmilena.lengthMs=%d -Dmilena.bug=%s"
                .formatted(seed, lengthMs, bug);
      }
    };
  }

  /** One run; called by name in a {@link MutatedLoader} too. */
  static SeedReport run(long seed, long lengthMs, String bug) {
    return new ClusterSimulation(seed, lengthMs, ClusterBug.valueOf(bug)).run();
  }

  /** A run that is not started yet. */
  public ClusterSimulation(long seed, long lengthMs, ClusterBug bug) {
    this.seed = seed;
    this.lengthMs = lengthMs;
    this.random = new SplittableRandom(seed);
    int brokers = ClusterWorld.REPLICAS + Math.max(0, random.nextInt(6) - 3);
    ClusterWorld world = new ClusterWorld(random.nextLong(), bug);
    this.cluster = new SimulatedCluster(random.split(), brokers, world);
    this.faults = new ClusterFaults(random.split(), cluster);
  }

  /**
   * Runs to the end.
   *
   * @throws InvariantBroken when the code broke a promise
   */
  public SeedReport run() {
    begin();
    long startMs = cluster.nowMs();
    while (cluster.nowMs() - startMs < lengthMs) {
      act(random.nextInt(DICE));
    }
    int struck = cluster.world().faults();
    heal();
    lookAtLogs();
    clients.forEach(PartitionClients::readAll);
    everybodyLosesPower();
    clients.forEach(PartitionClients::readAll);
    return new SeedReport(
        seed,
        clients.stream().mapToLong(PartitionClients::acknowledgedCount).sum(),
        clients.stream().mapToLong(PartitionClients::readCount).sum(),
        clients.stream().mapToLong(client -> client.history().logStart()).sum(),
        struck,
        cluster.nodes().stream().mapToInt(node -> Math.max(0, node.lives() - 1)).sum(),
        cluster.nowMs() - startMs);
  }

  private void begin() {
    cluster.world().quorum().follow(new LeaderRule());
    if (cluster.nodes().size() > ClusterWorld.REPLICAS && random.nextBoolean()) {
      cluster.nodes().getLast().leave();
    }
    cluster.advance(1);
    require(
        "I10",
        "all brokers are let in",
        cluster.passUntil(10_000, () -> cluster.members().allMatch(ClusterNode::isLetIn)));
    addTopic("keeps", 2, 2, TreePMap.empty(), PartitionHistory.FOR_EVER);
    addTopic("one", 1, 1, TreePMap.singleton("segment.ms", "5000"), PartitionHistory.FOR_EVER);
    addTopic(
        "forgets",
        1,
        2,
        TreePMap.singleton("segment.ms", "2000").plus("retention.ms", Long.toString(KEPT_MS)),
        KEPT_MS);
    cluster.passUntil(200, () -> false);
  }

  private void act(int dice) {
    if (dice < 4_800) {
      cluster.any(random).run();
    } else if (dice < 7_150) {
      cluster.deliver(1 + random.nextInt(6));
    } else if (dice < 8_000) {
      cluster.any(random).speak();
    } else if (dice < 8_900) {
      any().produce();
    } else if (dice < 9_130) {
      any().read();
    } else if (dice < 9_970) {
      cluster.advance(random.nextInt(10) == 0 ? random.nextInt(200) : random.nextInt(20));
    } else if (random.nextInt(FLIPS_OF) == 0) {
      if (any().flipped().flip()) {
        cluster.world().faultStruck();
      }
    } else {
      faults.strike();
    }
  }

  private PartitionClients any() {
    return clients.get(random.nextInt(clients.size()));
  }

  private void heal() {
    cluster.membership().heal();
    faults.healAll();
    // a log that is offline is opened again by the next run
    for (ClusterNode node : cluster.nodes()) {
      if (node.hasOfflineLog()) {
        node.kill(0);
      }
    }
    becomeWhole("after the heal");
    boolean mended =
        cluster.passUntil(
            WHOLE_MS, () -> clients.stream().noneMatch(client -> client.flipped().areThere()));
    require(
        "I13",
        "all that disks have changed is put back: "
            + clients.stream().map(PartitionClients::flipped).toList(),
        mended);
  }

  private void everybodyLosesPower() {
    cluster.members().forEach(node -> node.cutPower(0));
    becomeWhole("after all lost their power");
  }

  private void becomeWhole(String when) {
    boolean whole =
        cluster.passUntil(
            WHOLE_MS,
            () ->
                cluster.members().allMatch(ClusterNode::isLetIn)
                    && clients.stream().allMatch(this::isWhole));
    String brokers = cluster.nodes().toString();
    String rows =
        clients.stream()
            .filter(client -> !isWhole(client))
            .map(client -> client.where() + ": " + client.row())
            .toList()
            .toString();
    require("I10", "all replicas are in sync " + when + ": " + brokers + "; " + rows, whole);
  }

  private boolean isWhole(PartitionClients client) {
    PartitionImage row = client.row();
    return row.hasLeader()
        && !row.reassignment().isUnderWay()
        && new TreeSet<>(row.isr()).equals(new TreeSet<>(row.replicas()));
  }

  private static void require(String invariant, String what, boolean holds) {
    if (!holds) {
      throw new InvariantBroken(invariant, "it does not come to pass that " + what);
    }
  }

  private void lookAtLogs() {
    cluster.passUntil(2_000, () -> false);
    clients.forEach(client -> new LogComparison(client, cluster).look());
  }

  private void addTopic(
      String name, int partitions, int minInsync, TreePMap<String, String> configs, long keptMs) {
    List<List<Integer>> replicas = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      replicas.add(cluster.someBrokers(random));
    }
    QuorumAnswer answer =
        cluster
            .world()
            .quorum()
            .decide(
                new MetadataCommand.CreateTopic(
                    name,
                    partitions,
                    new ReplicaPlan.Assigned(replicas),
                    configs.plus("min.insync.replicas", Integer.toString(minInsync)),
                    TopicImage.BY_RULE));
    if (!(answer instanceof QuorumAnswer.Decided)) {
      throw new IllegalStateException("no topic: " + answer);
    }
    TopicImage topic = cluster.world().quorum().image().topic(name).orElseThrow();
    for (int i = 0; i < partitions; i++) {
      clients.add(
          new PartitionClients(
              random.split(),
              cluster,
              new PartitionName(name, i),
              new PartitionId(topic.id(), i),
              minInsync,
              keptMs));
    }
  }
}
