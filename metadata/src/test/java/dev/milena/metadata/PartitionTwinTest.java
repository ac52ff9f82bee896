package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.MetadataCommand.DrainBroker;
import dev.milena.metadata.MetadataCommand.ReassignPartitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random sequences of everything that moves leaders, in-sync replicas and replicas. */
class PartitionTwinTest {
  private static final int SEEDS = 150;
  private static final int STEPS = 150;

  private int completed;
  private int calledBack;
  private int refused;
  private int drainsRefused;
  private int othersDrained;
  private int doubted;
  private int cameBack;

  @Test
  void theRulesComeToWhatThePlainTwinComesTo() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      run(seed);
    }
    String counts =
        "completed %s, called back %s, refused %s, last known leaders %s, elected %s"
            .formatted(completed, calledBack, refused, doubted, cameBack);
    String drains =
        "refused for nobody left %s, called back beside others %s"
            .formatted(drainsRefused, othersDrained);
    assertTrue(drainsRefused > 5 && othersDrained > 50, drains);
    assertTrue(completed > 300 && calledBack > 300 && refused > 20, counts);
    assertTrue(doubted > 100 && cameBack > 50, counts);
  }

  private void run(long seed) {
    SplittableRandom random = new SplittableRandom(-seed);
    RandomCommands commands = new RandomCommands(seed);
    ClusterScript cluster = new ClusterScript();
    NaivePartitions twin = new NaivePartitions();
    for (int id = 1; id <= 5; id++) {
      apply(ClusterScript.register(id, "", id), cluster, twin, "begin");
      apply(cluster.unfence(id), cluster, twin, "begin");
    }
    apply(ClusterScript.createTopic("pay", 4, 3), cluster, twin, "begin");
    apply(ClusterScript.createTopic("alone", 4, 1), cluster, twin, "begin");
    for (int step = 1; step <= STEPS; step++) {
      ClusterImage before = cluster.image();
      String what = "run(%s) step %s".formatted(seed, step);
      MetadataCommand asked;
      int choice = random.nextInt(100);
      if (choice < 40) {
        asked = join(random, cluster, twin, what);
        completed += over(before, cluster);
      } else {
        asked = other(choice, commands, before);
        apply(asked, cluster, twin, what);
        calledBack += asked instanceof ReassignPartitions ? over(before, cluster) : 0;
      }
      PartitionInvariants.check(before, cluster.image(), asked, what);
    }
  }

  private static MetadataCommand other(int choice, RandomCommands commands, ClusterImage image) {
    if (choice < 60) {
      return commands.reassign(image);
    }
    if (choice < 68) {
      return commands.drain();
    }
    return choice < 80 ? commands.restart(image) : commands.next(image);
  }

  private void apply(
      MetadataCommand command, ClusterScript cluster, NaivePartitions twin, String what) {
    ClusterImage before = cluster.image();
    QuorumAnswer answered = cluster.apply(command);
    if (command instanceof DrainBroker drain) {
      boolean refuses = refusesDrain(before, drain, cluster.lastSeed(), twin);
      assertEquals(refuses, answered instanceof QuorumAnswer.Refused, what + " " + command);
    }
    switch (answered) {
      case QuorumAnswer.Decided decided -> {
        twin.follow(before, command, cluster.image(), what + " " + command);
        countLastKnown(before, cluster.image());
      }
      case QuorumAnswer.Refused answer -> {
        if (answer.refusal().message().contains("cannot leave brokers")) {
          if (command instanceof ReassignPartitions reassign) {
            assertTrue(twin.leavesNobody(reassign.moves()), what + " " + command);
            refused++;
          } else {
            drainsRefused++;
          }
        }
      }
      case QuorumAnswer.Unavailable unavailable -> throw new AssertionError(what);
      case QuorumAnswer.TimedOut timedOut -> throw new AssertionError(what);
    }
  }

  /**
   * Whom nobody knows, whose replicas have nowhere to go, or of whose moves one cannot be begun.
   */
  private boolean refusesDrain(
      ClusterImage before, DrainBroker drain, long seed, NaivePartitions twin) {
    if (before.broker(drain.brokerId()).isEmpty()) {
      return true;
    }
    if (drain.cancel()) {
      othersDrained += NaiveDrains.othersLeave(before, drain.brokerId());
      return false;
    }
    return switch (DrainPlanner.plan(
        before, drain.brokerId(), seed, MetadataLimits.MAX_MOVES_PER_COMMAND)) {
      case DrainPlanner.Plan.Impossible impossible -> true;
      case DrainPlanner.Plan.Moves(List<PartitionMove> moves, int _) -> twin.leavesNobody(moves);
    };
  }

  private void countLastKnown(ClusterImage before, ClusterImage after) {
    for (TopicImage topic : after.topics().values()) {
      for (PartitionImage row : topic.partitions()) {
        Optional<PartitionImage> old =
            before.partition(new PartitionId(topic.id(), row.partition()));
        boolean had = old.filter(PartitionImage::hasLastKnownLeader).isPresent();
        doubted += row.hasLastKnownLeader() && !had ? 1 : 0;
        cameBack += had && row.hasLeader() ? 1 : 0;
      }
    }
  }

  /** Some replica that may, catches up with its leader, who asks for it; says how. */
  private MetadataCommand join(
      SplittableRandom random, ClusterScript cluster, NaivePartitions twin, String what) {
    ClusterImage before = cluster.image();
    List<PartitionId> ids = new ArrayList<>();
    List<Integer> brokers = new ArrayList<>();
    for (TopicImage topic : before.topics().values()) {
      for (PartitionImage row : topic.partitions()) {
        for (int broker : mayJoin(before, row)) {
          ids.add(new PartitionId(topic.id(), row.partition()));
          brokers.add(broker);
        }
      }
    }
    if (ids.isEmpty()) {
      return new MetadataCommand.Unreadable();
    }
    int chosen = random.nextInt(ids.size());
    MetadataCommand asked = cluster.joining(ids.get(chosen), brokers.get(chosen));
    apply(asked, cluster, twin, what);
    return asked;
  }

  private static List<Integer> mayJoin(ClusterImage image, PartitionImage row) {
    return row.replicas().stream()
        .filter(broker ->
            row.hasLeader() && !row.isr().contains(broker) && BrokerChanges.mayLead(image, broker))
        .toList();
  }

  /** How many moves that were under way are not any more. */
  private static int over(ClusterImage before, ClusterScript cluster) {
    int over = 0;
    for (TopicImage topic : before.topics().values()) {
      for (PartitionImage row : topic.partitions()) {
        over +=
            row.reassignment().isUnderWay()
                    && cluster
                        .image()
                        .partition(new PartitionId(topic.id(), row.partition()))
                        .filter(now -> !now.reassignment().isUnderWay())
                        .isPresent()
                ? 1
                : 0;
      }
    }
    return over;
  }
}
