package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.MetadataCommand.DrainBroker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Where the replicas of a drained broker go, beside a plain twin that counts everything anew for
 * each of them. {@code drained(seed)} repeats one case.
 */
class DrainTwinTest {
  private static final int SEEDS = 400;

  private int moved;
  private int refused;

  /** What is there, counted by looking at all of it. */
  private static final class Twin {
    final ClusterImage image;
    final int drained;
    final TreeMap<PartitionId, List<Integer>> replicas = new TreeMap<>();

    Twin(ClusterImage image, int drained) {
      this.image = image;
      this.drained = drained;
      for (TopicImage topic : image.topics().values()) {
        for (PartitionImage row : topic.partitions()) {
          replicas.put(new PartitionId(topic.id(), row.partition()), row.settledReplicas());
        }
      }
    }

    List<Integer> has(PartitionId partition) {
      return Optional.ofNullable(replicas.get(partition)).orElseThrow();
    }

    boolean mayTake(int id) {
      BrokerImage broker = image.broker(id).orElseThrow();
      return id != drained && broker.mayLead() && !broker.standing().draining();
    }

    List<Integer> candidates(List<Integer> has) {
      return image.brokers().keySet().stream()
          .filter(id -> mayTake(id) && !has.contains(id))
          .toList();
    }

    int sameRack(List<Integer> has, int id) {
      String rack = image.broker(id).orElseThrow().rack();
      int count = 0;
      for (int other : has) {
        boolean same = image.broker(other).filter(row -> row.rack().equals(rack)).isPresent();
        count += other != drained && same ? 1 : 0;
      }
      return count;
    }

    int holds(int id, boolean first, TopicId topic) {
      int count = 0;
      for (var entry : replicas.entrySet()) {
        boolean counted = topic.equals(TopicId.NONE) || entry.getKey().topicId().equals(topic);
        List<Integer> has = entry.getValue();
        count += counted && (first ? has.getFirst() == id : has.contains(id)) ? 1 : 0;
      }
      return count;
    }

    /** The less the better, one after the other. */
    List<Integer> weight(PartitionId partition, int id) {
      List<Integer> has = has(partition);
      List<Integer> weight = new ArrayList<>();
      weight.add(sameRack(has, id));
      if (has.getFirst() == drained) {
        weight.add(holds(id, true, partition.topicId()));
        weight.add(holds(id, true, TopicId.NONE));
      }
      weight.add(holds(id, false, partition.topicId()));
      weight.add(holds(id, false, TopicId.NONE));
      return weight;
    }

    /** Checks that nobody would have been better, and takes it over. */
    void check(PartitionId partition, List<Integer> target, String what) {
      List<Integer> has = has(partition);
      int place = has.indexOf(drained);
      int chosen = target.get(place);
      List<Integer> expected = new ArrayList<>(has);
      expected.set(place, chosen);
      assertEquals(expected, target, what);
      assertEquals(new TreeSet<>(target).size(), target.size(), what);
      assertTrue(mayTake(chosen), what);
      List<Integer> best =
          candidates(has).stream()
              .map(id -> weight(partition, id))
              .min(DrainTwinTest::compare)
              .orElseThrow();
      assertEquals(best, weight(partition, chosen), what + " " + has + " to " + target);
      replicas.put(partition, target);
    }
  }

  private static int compare(List<Integer> a, List<Integer> b) {
    for (int i = 0; i < a.size(); i++) {
      if (!a.get(i).equals(b.get(i))) {
        return Comparator.<Integer>naturalOrder().compare(a.get(i), b.get(i));
      }
    }
    return 0;
  }

  @Test
  void everyReplicaGoesWhereNobodyElseWouldHaveBeenBetter() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      drained(seed);
    }
    assertTrue(moved > 1_000 && refused > 10, "moved %s, refused %s".formatted(moved, refused));
  }

  private void drained(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int brokers = 2 + random.nextInt(6);
    ClusterScript cluster = ClusterScript.withBrokers(brokers, "a", "b", "c");
    for (int i = 0; i < 5; i++) {
      int factor = 1 + random.nextInt(Math.min(brokers, 4));
      cluster.accept(ClusterScript.createTopic("t" + i, 1 + random.nextInt(8), factor));
    }
    if (random.nextBoolean()) {
      cluster.accept(cluster.fence(1 + random.nextInt(brokers)));
    }
    int other = 1 + random.nextInt(brokers);
    if (random.nextInt(3) == 0) {
      cluster.apply(new DrainBroker(other, false));
    }
    int drained = 1 + random.nextInt(brokers);
    Twin twin = new Twin(cluster.image(), drained);
    String what = "seed %s: broker %s of %s".formatted(seed, drained, brokers);
    List<PartitionId> wanted = new ArrayList<>();
    twin.replicas.forEach((id, has) -> {
      if (has.contains(drained)) {
        wanted.add(id);
      }
    });
    boolean impossible = wanted.stream().anyMatch(id -> twin.candidates(twin.has(id)).isEmpty());
    switch (DrainPlanner.plan(cluster.image(), drained, seed, 1_000)) {
      case DrainPlanner.Plan.Impossible(String why) -> {
        assertTrue(impossible, what + ": " + why);
        refused++;
      }
      case DrainPlanner.Plan.Moves(List<PartitionMove> moves, int left) -> {
        assertEquals(wanted, moves.stream().map(PartitionMove::partition).toList(), what);
        assertEquals(0, left, what);
        for (PartitionMove move : moves) {
          twin.check(move.partition(), ((PartitionMove.Aim.Target) move.aim()).replicas(), what);
        }
        moved += moves.size();
      }
    }
    comesInParts(cluster.image(), drained, wanted.size(), impossible, what);
  }

  /** However many moves one plan takes, all plans together move everything. */
  private static void comesInParts(
      ClusterImage image, int drained, int wanted, boolean impossible, String what) {
    if (!impossible) {
      DrainPlanner.Plan.Moves part =
          (DrainPlanner.Plan.Moves) DrainPlanner.plan(image, drained, 1, 3);
      assertEquals(Math.min(3, wanted), part.moves().size(), what);
      assertEquals(wanted, part.moves().size() + part.left(), what);
    }
  }
}
