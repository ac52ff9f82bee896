package dev.milena.metadata;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Chooses brokers for new replicas: each partition's spread over as many racks as there are,
 * leaders in turn over all brokers, the same for the same seed.
 *
 * <p>The brokers that are up stand in a ring in which racks alternate as far as they can. Partition
 * i is led by the i-th of the ring; its followers are looked for from there on, with a distance
 * that grows with each round so that two brokers do not share all their partitions. Of the
 * candidates the first on the least used rack is taken. (Kafka's rack-aware assignment has the same
 * aims.)
 */
final class ReplicaPlacement {
  private ReplicaPlacement() {}

  static Placement place(ClusterImage image, int factor, int count, long seed) {
    if (factor < 1 || factor > MetadataLimits.MAX_REPLICATION_FACTOR) {
      return new Placement.Impossible(
          RefusalReason.INVALID_REPLICATION_FACTOR,
          "the replication factor is 1 to %s, got %s"
              .formatted(MetadataLimits.MAX_REPLICATION_FACTOR, factor));
    }
    List<BrokerImage> ring = ring(image, seed);
    if (ring.size() < factor) {
      return new Placement.Impossible(
          RefusalReason.NOT_ENOUGH_BROKERS,
          "replication factor %s needs %s brokers, %s of %s registered are up; retry when more are, or ask for fewer replicas"
              .formatted(factor, factor, ring.size(), image.brokers().size()));
    }
    List<List<Integer>> replicas = new ArrayList<>(count);
    int start = (int) Long.remainderUnsigned(mix(seed), ring.size());
    for (int i = 0; i < count; i++) {
      int round = i / ring.size();
      replicas.add(choose(ring, (start + i) % ring.size(), round, factor));
    }
    return new Placement.Placed(replicas);
  }

  private static List<Integer> choose(List<BrokerImage> ring, int leaderAt, int round, int factor) {
    List<Integer> chosen = new ArrayList<>(factor);
    TreeMap<String, Integer> rackUse = new TreeMap<>();
    take(ring.get(leaderAt), chosen, rackUse);
    int others = ring.size() - 1;
    while (chosen.size() < factor) {
      BrokerImage best = ring.get(leaderAt);
      int least = Integer.MAX_VALUE;
      for (int k = 0; k < others; k++) {
        BrokerImage candidate = ring.get((leaderAt + 1 + (round + k) % others) % ring.size());
        int use = rackUse.getOrDefault(candidate.rack(), 0);
        if (use < least && !chosen.contains(candidate.id())) {
          best = candidate;
          least = use;
        }
      }
      take(best, chosen, rackUse);
    }
    return chosen;
  }

  private static void take(BrokerImage broker, List<Integer> chosen, Map<String, Integer> rackUse) {
    chosen.add(broker.id());
    rackUse.merge(broker.rack(), 1, Integer::sum);
  }

  /** The brokers that are up, racks taking turns; order within and among racks is the seed's. */
  private static List<BrokerImage> ring(ClusterImage image, long seed) {
    TreeMap<String, List<BrokerImage>> racks = new TreeMap<>();
    for (BrokerImage broker : image.brokers().values()) {
      if (BrokerChanges.mayLead(image, broker.id())) {
        racks.computeIfAbsent(broker.rack(), rack -> new ArrayList<>()).add(broker);
      }
    }
    Comparator<BrokerImage> shuffled =
        Comparator.<BrokerImage>comparingLong(broker -> mix(seed ^ mix(broker.id())))
            .thenComparingInt(BrokerImage::id);
    racks.values().forEach(rack -> rack.sort(shuffled));
    List<BrokerImage> ring = new ArrayList<>();
    for (int turn = 0; !racks.isEmpty(); turn++) {
      for (List<BrokerImage> rack : racks.values()) {
        if (turn < rack.size()) {
          ring.add(rack.get(turn));
        }
      }
      int reached = turn + 1;
      racks.values().removeIf(rack -> rack.size() <= reached);
    }
    return ring;
  }

  /** The finalizer of splitmix64: chance without a random generator. */
  private static long mix(long seed) {
    long z = seed + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
