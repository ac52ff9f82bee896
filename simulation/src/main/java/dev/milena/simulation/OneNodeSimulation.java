package dev.milena.simulation;

import dev.milena.broker.core.PartitionName;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.pcollections.TreePMap;

/**
 * One run: clients, faults and the passing of time in an order that one seed chooses, then a heal
 * and a look at everything. The same seed gives the same run, bit for bit.
 */
public final class OneNodeSimulation {
  /** Steps of a run of ordinary length: about a minute of simulated time. */
  public static final int STEPS = 9_000;

  private static final int HUNDRED_PERCENT = 1_000;
  private static final long KEPT_MS = 15_000;

  private final long seed;
  private final int steps;
  private final SplittableRandom random;
  private final SimulatedNode node;
  private final List<SimulatedClients> clients = new ArrayList<>();
  private final long startMs;

  /** Runs of so many steps. */
  public static SeedRunner.Scenario scenario(int steps, Bug bug) {
    return new SeedRunner.Scenario() {
      @Override
      public SeedReport run(long seed) {
        return new OneNodeSimulation(seed, steps, bug).run();
      }

      @Override
      public String repeatCommand(long seed) {
        return "./mvnw -q -pl simulation -am test -Dtest=OneNodeSimulationTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dmilena.seed=%d -Dmilena.steps=%d -Dmilena.bug=%s"
                .formatted(seed, steps, bug);
      }
    };
  }

  /** A run that is not started yet. */
  public OneNodeSimulation(long seed, int steps, Bug bug) {
    this.seed = seed;
    this.steps = steps;
    this.random = new SplittableRandom(seed);
    this.node = new SimulatedNode(random.split(), bug);
    this.startMs = node.clock().monotonicMs();
    addTopic("keeps", 2, bug, TreePMap.singleton("segment.ms", "5000"), PartitionHistory.FOR_EVER);
    long keptMs = bug == Bug.FORGETTING_TOO_EARLY ? KEPT_MS / 3 : KEPT_MS;
    addTopic(
        "forgets",
        1,
        bug,
        TreePMap.singleton("segment.ms", "2000").plus("retention.ms", Long.toString(keptMs)),
        KEPT_MS);
  }

  /**
   * Runs to the end.
   *
   * @throws InvariantBroken when the code broke a promise
   */
  public SeedReport run() {
    for (int i = 0; i < steps; i++) {
      act(random.nextInt(HUNDRED_PERCENT));
    }
    heal();
    clients.forEach(SimulatedClients::readAll);
    return new SeedReport(
        seed,
        clients.stream().mapToLong(SimulatedClients::acknowledgedCount).sum(),
        clients.stream().mapToLong(SimulatedClients::readCount).sum(),
        clients.stream().mapToLong(client -> client.history().logStart()).sum(),
        node.faults(),
        node.lives() - 1,
        node.clock().monotonicMs() - startMs);
  }

  private void act(int dice) {
    if (dice < 560) {
      node.step();
    } else if (dice < 680) {
      any().produce();
    } else if (dice < 800) {
      any().fetch();
    } else if (dice < 970) {
      pass();
    } else if (dice < 985) {
      node.tidy();
    } else {
      misfortune(random.nextInt(100));
    }
  }

  private void misfortune(int dice) {
    if (dice < 35) {
      node.armFault();
    } else if (dice < 45) {
      node.fill();
    } else if (dice < 60) {
      node.free();
    } else if (dice < 72) {
      node.cutPower();
    } else if (dice < 84) {
      node.kill();
    } else if (dice < 92) {
      node.stopAndStart();
    } else if (dice < 95) {
      damage();
    } else {
      node.jumpWall(random.nextLong(-3_600_000, 3_600_000));
    }
  }

  private void pass() {
    node.clock().advance(random.nextInt(20) == 0 ? random.nextInt(1_000) : random.nextInt(10));
  }

  private void damage() {
    SimulatedClients victim = any();
    if (node.flipBit(victim.folder())) {
      victim.history().damage();
    }
  }

  private void heal() {
    node.free();
    node.settle();
    node.kill();
    node.stopAndStart();
    node.settle();
  }

  private SimulatedClients any() {
    return clients.get(random.nextInt(clients.size()));
  }

  private void addTopic(
      String name, int partitions, Bug bug, TreePMap<String, String> configs, long promisedMs) {
    QuorumAnswer answer =
        node.quorum()
            .decide(
                new MetadataCommand.CreateTopic(
                    name, partitions, new ReplicaPlan.Factor(1), configs, TopicImage.BY_RULE));
    if (!(answer instanceof QuorumAnswer.Decided)) {
      throw new IllegalStateException("no topic: " + answer);
    }
    TopicImage topic = node.quorum().image().topic(name).orElseThrow();
    for (int i = 0; i < partitions; i++) {
      PartitionName where = new PartitionName(name, i);
      clients.add(
          new SimulatedClients(
              random.split(),
              node,
              where,
              new PartitionId(topic.id(), i).toString(),
              new PartitionHistory(where, promisedMs),
              bug));
    }
    node.settle();
  }
}
