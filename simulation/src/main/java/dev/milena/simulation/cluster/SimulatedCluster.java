package dev.milena.simulation.cluster;

import dev.milena.simulation.PartitionHistory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Some machines, the network and the quorum between them, and their time. */
final class SimulatedCluster {
  private static final int BEAT_MS = 500;
  private static final int TIDY_MS = 1_000;
  private static final int MOST_ROUNDS = 20_000;

  private final SplittableRandom random;
  private final ClusterWorld world;
  private final List<ClusterNode> nodes = new ArrayList<>();
  private final ClusterMembership membership;
  private long nextBeatMs;
  private long nextTidyMs;

  SimulatedCluster(SplittableRandom random, int count, ClusterWorld world) {
    this.random = random;
    this.world = world;
    for (int id = 1; id <= count; id++) {
      nodes.add(new ClusterNode(id, random.split(), world));
    }
    membership = new ClusterMembership(world, nodes);
  }

  ClusterMembership membership() {
    return membership;
  }

  /** Those who take part. */
  Stream<ClusterNode> members() {
    return nodes.stream().filter(node -> !node.isAway());
  }

  ClusterWorld world() {
    return world;
  }

  List<ClusterNode> nodes() {
    return nodes;
  }

  ClusterNode node(int id) {
    return nodes.get(id - 1);
  }

  ClusterNode any(SplittableRandom dice) {
    return nodes.get(dice.nextInt(nodes.size()));
  }

  /** As many as a partition has replicas, in any order. */
  List<Integer> someBrokers(SplittableRandom dice) {
    List<Integer> ids = new ArrayList<>(members().map(ClusterNode::id).toList());
    Collections.shuffle(ids, new Random(dice.nextLong()));
    return List.copyOf(ids.subList(0, ClusterWorld.REPLICAS));
  }

  long nowMs() {
    return world.quorumClock().monotonicMs();
  }

  /** How late it is, and how long every wall clock has been steady. */
  PartitionHistory.Clocks clocks() {
    long jumped =
        nodes.stream()
            .map(ClusterNode::machine)
            .mapToLong(SimulatedMachine::lastJumpMs)
            .max()
            .orElse(0);
    return new PartitionHistory.Clocks(nowMs(), jumped);
  }

  /** Lets time pass everywhere; whoever is due starts, and says that it lives. */
  void advance(long ms) {
    world.quorumClock().advance(ms);
    nodes.forEach(node -> node.machine().clock().advance(ms));
    if (nowMs() >= nextBeatMs) {
      nextBeatMs = nowMs() + BEAT_MS;
      nodes.forEach(ClusterNode::beat);
    }
    if (nowMs() >= nextTidyMs) {
      nextTidyMs = nowMs() + TIDY_MS;
      nodes.forEach(ClusterNode::tidy);
      membership.look();
    }
    nodes.forEach(ClusterNode::passTime);
    world.controller().look(nowMs());
  }

  /** Delivers a few words between brokers. */
  void deliver(int most) {
    for (int i = 0; i < most && world.network().step(random.nextInt(1 << 16)); i++) {}
  }

  /** Runs everything for a while without time passing. */
  void settle() {
    for (int round = 0; round < 12; round++) {
      for (ClusterNode node : nodes) {
        node.run();
        for (int i = 0; i < 6; i++) {
          node.speak();
        }
      }
      deliver(64);
    }
  }

  /**
   * Lets time pass until something holds.
   *
   * @return false when it does not within the time
   */
  boolean passUntil(long mostMs, BooleanSupplier holds) {
    long endMs = nowMs() + mostMs;
    for (int round = 0; round < MOST_ROUNDS && nowMs() < endMs; round++) {
      if (holds.getAsBoolean()) {
        return true;
      }
      advance(20);
      settle();
    }
    return holds.getAsBoolean();
  }
}
