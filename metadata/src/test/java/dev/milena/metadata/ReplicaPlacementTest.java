package dev.milena.metadata;

import static dev.milena.metadata.ClusterScript.createTopic;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReplicaPlacementTest {
  @Test
  void anyNumberOfBrokersGetsDistinctReplicasAndEvenLeaders() {
    SplittableRandom random = new SplittableRandom(42);
    for (int brokers = 1; brokers <= 12; brokers++) {
      ClusterImage image = ClusterScript.withBrokers(brokers).image();
      for (int factor = 1; factor <= brokers; factor++) {
        int partitions = 1 + random.nextInt(40);
        List<List<Integer>> placed = place(image, factor, partitions, random.nextLong());

        TreeMap<Integer, Integer> leaders = new TreeMap<>();
        for (List<Integer> replicas : placed) {
          assertEquals(factor, replicas.stream().distinct().count());
          leaders.merge(replicas.getFirst(), 1, Integer::sum);
        }
        int most = leaders.values().stream().mapToInt(i -> i).max().orElseThrow();
        assertTrue(most <= (partitions + brokers - 1) / brokers, leaders.toString());
      }
    }
  }

  @Test
  void replicasAreSpreadOverRacks() {
    ClusterImage image = ClusterScript.withBrokers(7, "a", "b", "c").image();
    for (long seed = 0; seed < 50; seed++) {
      for (List<Integer> replicas : place(image, 3, 14, seed)) {
        long racks =
            replicas.stream().map(id -> image.broker(id).orElseThrow().rack()).distinct().count();
        assertEquals(3, racks, replicas.toString());
      }
    }
  }

  @Test
  void replicasAreEvenOverBrokersOfEvenRacks() {
    ClusterImage image = ClusterScript.withBrokers(6, "a", "b", "c").image();
    TreeMap<Integer, Integer> counts = new TreeMap<>();
    place(image, 3, 120, 5).forEach(r -> r.forEach(id -> counts.merge(id, 1, Integer::sum)));

    assertEquals(6, counts.size());
    assertTrue(
        counts.values().stream().allMatch(count -> count >= 50 && count <= 70), counts.toString());
  }

  @Test
  void theSeedDecides() {
    ClusterImage image = ClusterScript.withBrokers(9).image();

    assertEquals(place(image, 3, 30, 1), place(image, 3, 30, 1));
    assertNotEquals(place(image, 3, 30, 1), place(image, 3, 30, 2));
  }

  @Test
  void topicsOfOnePartitionAreLedByDifferentBrokers() {
    ClusterScript cluster = ClusterScript.withBrokers(3);
    TreeMap<Integer, Integer> leaders = new TreeMap<>();
    for (int i = 0; i < 90; i++) {
      cluster.accept(createTopic("t" + i, 1, 1));
      leaders.merge(cluster.topic("t" + i).partition(0).orElseThrow().leader(), 1, Integer::sum);
    }

    assertTrue(leaders.values().stream().allMatch(count -> count >= 15), leaders.toString());
  }

  private static List<List<Integer>> place(
      ClusterImage image, int factor, int partitions, long seed) {
    return ((Placement.Placed) ReplicaPlacement.place(image, factor, partitions, seed)).replicas();
  }
}
