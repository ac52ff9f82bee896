package dev.milena.metadata;

import static dev.milena.metadata.ClusterScript.createTopic;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

/** Where new replicas go. Random cases name their seed; {@code growing(seed)} repeats one. */
class ReplicaPlacementTest {
  private static final int SEEDS = 200;

  /** What the replicas of two brokers differ by at most, on equally large racks. */
  private static final int REPLICAS_DIFFER = 4;

  @Test
  void leadersAndReplicasStayEvenHoweverManyTopicsThereAre() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      growing(seed);
    }
  }

  /** Topics of any size on equally large racks. */
  private static void growing(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int racks = 1 + random.nextInt(4);
    int brokers = racks * (1 + random.nextInt(4));
    ClusterScript cluster = ClusterScript.withBrokers(brokers, rackNames(racks));
    for (int i = 0; i < 25; i++) {
      int factor = 1 + random.nextInt(Math.min(brokers, 5));
      int partitions = 1 + random.nextInt(random.nextBoolean() ? 3 : 60);
      cluster.accept(createTopic("t" + i, partitions, factor));
      if (random.nextInt(3) == 0) {
        partitions += 1 + random.nextInt(10);
        cluster.accept(ClusterScript.alter("t" + i, partitions, TreePMap.empty()));
      }
      String what =
          "seed %s: %s brokers on %s racks, topic %s: %s partitions, factor %s: %s"
              .formatted(seed, brokers, racks, i, partitions, factor, cluster.image().loads());
      checkTopic(cluster, "t" + i, brokers, Math.min(factor, racks), what);
      assertTrue(spread(preferred(cluster, brokers)) <= 1, what);
      assertTrue(spread(replicas(cluster, brokers)) <= REPLICAS_DIFFER, what);
    }
  }

  private static void checkTopic(
      ClusterScript cluster, String name, int brokers, int racks, String what) {
    TreeMap<Integer, Integer> leaders = new TreeMap<>();
    IntStream.rangeClosed(1, brokers).forEach(id -> leaders.put(id, 0));
    for (PartitionImage row : cluster.topic(name).partitions()) {
      assertEquals(new TreeSet<>(row.replicas()).size(), row.replicas().size(), what);
      assertEquals(racks, racksOf(cluster, row), what);
      leaders.merge(row.leader(), 1, Integer::sum);
    }
    assertTrue(spread(leaders.values()) <= 1, what);
  }

  @Test
  void everyPartitionIsOnAsManyRacksAsItCanBeAlsoWhenRacksAreOfAnySize() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      String[] racks = new String[2 + random.nextInt(10)];
      Arrays.setAll(racks, i -> "r" + random.nextInt(4));
      ClusterScript cluster = ClusterScript.withBrokers(racks.length, racks);
      int rackCount = new TreeSet<>(List.of(racks)).size();
      int factor = 1 + random.nextInt(racks.length);

      cluster.accept(createTopic("t", 40, factor));

      String what = "seed " + seed + ": " + Arrays.toString(racks) + " factor " + factor;
      for (PartitionImage row : cluster.topic("t").partitions()) {
        assertEquals(Math.min(factor, rackCount), racksOf(cluster, row), what + " " + row);
      }
      assertTrue(spread(preferred(cluster, racks.length)) <= 1, what);
    }
  }

  @Test
  void aBrokerThatIsNewGetsItsShareOfATopicAndNotAllOfIt() {
    ClusterScript cluster = ClusterScript.withBrokers(3).accept(createTopic("old", 30, 3));
    cluster.accept(ClusterScript.register(4, "", 4)).accept(cluster.unfence(4));

    cluster.accept(createTopic("new", 12, 2));
    assertEquals(
        3, cluster.topic("new").partitions().stream().filter(p -> p.leader() == 4).count());

    for (int i = 0; i < 7; i++) {
      cluster.accept(createTopic("single" + i, 1, 1));
      assertEquals(4, cluster.partition("single" + i, 0).leader(), "it leads least");
    }
  }

  @Test
  void whenALeaderGoesSeveralOthersTakeOver() {
    for (long seed = 1; seed <= 20; seed++) {
      ClusterImage image = ClusterScript.withBrokers(6).image();
      TreeMap<Integer, TreeSet<Integer>> next = new TreeMap<>();
      for (List<Integer> replicas : place(image, 3, 60, seed)) {
        next.computeIfAbsent(replicas.get(0), id -> new TreeSet<>()).add(replicas.get(1));
      }
      String what = "seed " + seed + ": " + next;
      assertTrue(next.values().stream().allMatch(others -> others.size() >= 3), what);
    }
  }

  @Test
  void fencedAndStoppingBrokersGetNothing() {
    ClusterScript cluster = ClusterScript.withBrokers(5);
    cluster.accept(cluster.fence(2)).accept(cluster.stop(4));

    cluster.accept(createTopic("t", 20, 3));

    for (PartitionImage row : cluster.topic("t").partitions()) {
      assertEquals(List.of(1, 3, 5), row.replicas().stream().sorted().toList());
    }
    assertEquals(
        "replication factor 4 needs 4 brokers, 3 of 5 registered are up; retry when more are, or"
            + " ask for fewer replicas",
        cluster.refuse(createTopic("u", 1, 4)).message());
  }

  @Test
  void addedPartitionsFillUpWhatTheTopicHas() {
    ClusterScript cluster = ClusterScript.withBrokers(4).withTopic("t", "1", "1", "2");

    cluster.accept(ClusterScript.alter("t", 7, TreePMap.empty()));

    List<Integer> leaders =
        cluster.topic("t").partitions().stream().map(PartitionImage::leader).sorted().toList();
    leaders.forEach(
        leader -> assertTrue(Collections.frequency(leaders, leader) <= 2, "" + leaders));
    assertEquals(4, new TreeSet<>(leaders).size(), leaders.toString());
  }

  @Test
  void aMoveCountsWhereItLeads() {
    ClusterScript cluster = ClusterScript.withBrokers(2).withTopic("t", "1", "2");
    cluster.accept(cluster.move("t", "2"));

    assertEquals(new BrokerLoad(2, 2), cluster.image().load(2));
    cluster.accept(createTopic("u", 1, 1)).accept(createTopic("v", 1, 1));
    assertEquals(1, cluster.partition("u", 0).leader());
    assertEquals(1, cluster.partition("v", 0).leader());
    cluster.accept(cluster.callBack("t"));
    assertEquals(new BrokerLoad(3, 3), cluster.image().load(1));
  }

  @Test
  void whatIsDeletedWeighsNothing() {
    ClusterScript cluster = ClusterScript.withBrokers(3).accept(createTopic("t", 10, 2));

    cluster.accept(new MetadataCommand.DeleteTopic("t", TopicId.NONE));

    assertEquals(TreePMap.empty(), cluster.image().loads());
  }

  @Test
  void theSeedDecides() {
    ClusterImage image = ClusterScript.withBrokers(9).image();

    assertEquals(place(image, 3, 30, 1), place(image, 3, 30, 1));
    assertNotEquals(place(image, 3, 30, 1), place(image, 3, 30, 2));
  }

  private static String[] rackNames(int racks) {
    return IntStream.range(0, racks).mapToObj(i -> "r" + i).toArray(String[]::new);
  }

  private static long racksOf(ClusterScript cluster, PartitionImage row) {
    return row.replicas().stream().map(id -> cluster.broker(id).rack()).distinct().count();
  }

  private static Collection<Integer> preferred(ClusterScript cluster, int brokers) {
    List<Integer> counts = new ArrayList<>();
    IntStream.rangeClosed(1, brokers)
        .forEach(id -> counts.add(cluster.image().load(id).preferred()));
    return counts;
  }

  private static Collection<Integer> replicas(ClusterScript cluster, int brokers) {
    List<Integer> counts = new ArrayList<>();
    IntStream.rangeClosed(1, brokers)
        .forEach(id -> counts.add(cluster.image().load(id).replicas()));
    return counts;
  }

  private static int spread(Collection<Integer> counts) {
    int most = counts.stream().mapToInt(i -> i).max().orElse(0);
    return most - counts.stream().mapToInt(i -> i).min().orElse(0);
  }

  private static List<List<Integer>> place(
      ClusterImage image, int factor, int partitions, long seed) {
    return ((Placement.Placed) ReplicaPlacement.place(image, List.of(), factor, partitions, seed))
        .replicas();
  }
}
