package dev.milena.quorum.ratis.formation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Voters that start in any order, are killed between any two steps, and lose their disks, by a
 * seed. What must hold: whatever quorums were begun, no two majorities of them are disjoint; and
 * when all is well again, nobody waits for ever.
 */
class FormationModelTest {
  private static final int RUNS = 2_000;
  private static final int STEPS = 300;

  @Test
  void noTwoQuorumsCanBeWithoutEachOtherWhateverIsKilledOrEmptied() {
    long first = Long.getLong("seed", System.nanoTime());
    int runs = System.getProperty("seed") == null ? RUNS : 1;
    for (int i = 0; i < runs; i++) {
      long seed = first + i;
      String story = "repeat with -Dseed=" + seed;
      run(new SplittableRandom(seed), story);
    }
  }

  private static void run(SplittableRandom random, String story) {
    int count = 2 + random.nextInt(4);
    List<Voter> voters = Nodes.voters(IntStream.rangeClosed(1, count).toArray());
    List<ModelNode> nodes =
        voters.stream().map(voter -> new ModelNode(voter.id(), voters)).toList();
    int mayBeEmptied = random.nextInt(3);
    for (int step = 0; step < STEPS; step++) {
      ModelNode node = nodes.get(random.nextInt(count));
      int what = random.nextInt(100);
      if (!node.isRunning()) {
        if (what < 60) {
          node.start();
        } else if (what > 90 && mayBeEmptied > 0) {
          mayBeEmptied--;
          node.empty();
        }
      } else if (what < 8) {
        node.kill();
      } else {
        node.step(nodes, random);
      }
      assertNoTwoQuorums(nodes, story);
    }
    settle(nodes, random, story);
  }

  private static void settle(List<ModelNode> nodes, SplittableRandom random, String story) {
    for (int round = 0; round < 2_000; round++) {
      for (ModelNode node : nodes) {
        if (!node.isRunning()) {
          node.start();
        }
        node.step(nodes, random);
      }
    }
    assertNoTwoQuorums(nodes, story);
    for (ModelNode node : nodes) {
      assertTrue(
          node.isSettled() && (node.opened().isPresent() || node.isStranger()),
          () -> story + ": " + nodes);
    }
  }

  /** Two quorums are disjoint when each finds a majority among living names, and none is shared. */
  private static void assertNoTwoQuorums(List<ModelNode> nodes, String story) {
    List<PeerName> alive = nodes.stream().map(ModelNode::name).toList();
    List<Formation> begun = new ArrayList<>();
    for (ModelNode node : nodes) {
      node.opened().filter(one -> !begun.contains(one)).ifPresent(begun::add);
    }
    for (Formation a : begun) {
      for (Formation b : begun) {
        long onlyA = alive.stream().filter(n -> a.contains(n) && !b.contains(n)).count();
        long onlyB = alive.stream().filter(n -> b.contains(n) && !a.contains(n)).count();
        long shared = alive.stream().filter(n -> a.contains(n) && b.contains(n)).count();
        long neededShared = Math.max(0, majority(a) - onlyA) + Math.max(0, majority(b) - onlyB);
        assertTrue(
            a.equals(b) || neededShared > shared,
            () -> story + ": " + a + " and " + b + " of " + nodes);
      }
    }
  }

  private static int majority(Formation formation) {
    return formation.peers().size() / 2 + 1;
  }
}
