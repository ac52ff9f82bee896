package dev.milena.metadata;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * The brokers that may get replicas, with what each carries so far; chooses the next one by the
 * least of it. One is made for each decision and thrown away.
 *
 * <p>Chance only breaks ties, and differently for each partition, so that no two brokers share all
 * their partitions. Costs a look at every broker for each replica.
 */
final class PlacementBoard {
  /** No broker, and no place of one. */
  static final int NOBODY = -1;

  /** Of one replica alone. */
  private static final int NO_FACTOR = 0;

  private final long seed;
  private final List<BrokerImage> brokers = new ArrayList<>();
  private final int[] racks;
  private final int[] leads;
  private final int[] holds;
  private final int[] leadsOfTopic;
  private final int[] holdsOfTopic;
  private final boolean[] taken;
  private final int[] rackUse;
  private final ClusterImage image;
  private final TreeMap<String, Integer> rackNumbers = new TreeMap<>();
  private final TreeMap<Integer, Integer> places = new TreeMap<>();

  /**
   * The brokers that are up, not stopping and not being drained.
   *
   * @param but one that is left out, or {@link #NOBODY}
   */
  PlacementBoard(ClusterImage image, int but, long seed) {
    this.seed = seed;
    this.image = image;
    for (BrokerImage broker : image.brokers().values()) {
      if (broker.id() != but && BrokerChanges.mayTakeReplicas(broker)) {
        places.put(broker.id(), brokers.size());
        rackNumbers.putIfAbsent(broker.rack(), rackNumbers.size());
        brokers.add(broker);
      }
    }
    racks = new int[brokers.size()];
    leads = new int[brokers.size()];
    holds = new int[brokers.size()];
    leadsOfTopic = new int[brokers.size()];
    holdsOfTopic = new int[brokers.size()];
    taken = new boolean[brokers.size()];
    rackUse = new int[rackNumbers.size()];
    for (int place = 0; place < brokers.size(); place++) {
      BrokerImage broker = brokers.get(place);
      racks[place] = rackNumbers.getOrDefault(broker.rack(), 0);
      leads[place] = image.load(broker.id()).preferred();
      holds[place] = image.load(broker.id()).replicas();
    }
  }

  /**
   * Begins with another topic; what the brokers carry of all of them is kept.
   *
   * @param present the partitions that it has already
   */
  void turnTo(Iterable<PartitionImage> present) {
    Arrays.fill(leadsOfTopic, 0);
    Arrays.fill(holdsOfTopic, 0);
    for (PartitionImage partition : present) {
      List<Integer> replicas = partition.settledReplicas();
      for (int i = 0; i < replicas.size(); i++) {
        int place = places.getOrDefault(replicas.get(i), NOBODY);
        if (place != NOBODY) {
          leadsOfTopic[place] += i == 0 ? 1 : 0;
          holdsOfTopic[place]++;
        }
      }
    }
  }

  int size() {
    return brokers.size();
  }

  /** Whether there is one that is none of these. */
  boolean hasOtherThan(List<Integer> replicas) {
    return replicas.stream().filter(places::containsKey).count() < brokers.size();
  }

  /**
   * The replicas of one partition with another broker in the place of one of them, which carries it
   * from now on.
   *
   * @param number of the partition
   * @param leaving one that is not on the board
   */
  List<Integer> replace(int number, List<Integer> replicas, int leaving) {
    Arrays.fill(taken, false);
    Arrays.fill(rackUse, 0);
    for (int broker : replicas) {
      if (broker != leaving) {
        take(broker);
      }
    }
    int at = replicas.indexOf(leaving);
    int best = best(NO_FACTOR, at == 0, number);
    carry(best, at == 0);
    List<Integer> replaced = new ArrayList<>(replicas);
    replaced.set(at, brokers.get(best).id());
    return replaced;
  }

  /** The partition has it, be it up or not. */
  private void take(int broker) {
    int place = places.getOrDefault(broker, NOBODY);
    if (place != NOBODY) {
      taken[place] = true;
    }
    int rack =
        image
            .broker(broker)
            .map(row -> rackNumbers.getOrDefault(row.rack(), NOBODY))
            .orElse(NOBODY);
    if (rack != NOBODY) {
      rackUse[rack]++;
    }
  }

  private int best(int factor, boolean leader, int number) {
    int best = NOBODY;
    for (int place = 0; place < brokers.size(); place++) {
      if (!taken[place] && (best == NOBODY || isBetter(place, best, factor, leader, number))) {
        best = place;
      }
    }
    return best;
  }

  private void carry(int place, boolean leader) {
    taken[place] = true;
    rackUse[racks[place]]++;
    holds[place]++;
    holdsOfTopic[place]++;
    leads[place] += leader ? 1 : 0;
    leadsOfTopic[place] += leader ? 1 : 0;
  }

  /**
   * Brokers for one partition, the preferred leader first; they carry it from now on.
   *
   * @param number of the partition
   * @param factor at most {@link #size}
   */
  List<Integer> choose(int number, int factor) {
    Arrays.fill(taken, false);
    Arrays.fill(rackUse, 0);
    List<Integer> chosen = new ArrayList<>(factor);
    for (int i = 0; i < factor; i++) {
      boolean leader = i == 0;
      int best = best(factor, leader, number);
      carry(best, leader);
      chosen.add(brokers.get(best).id());
    }
    return chosen;
  }

  private boolean isBetter(int a, int b, int factor, boolean leader, int number) {
    int difference = rackUse[racks[a]] - rackUse[racks[b]];
    if (leader) {
      difference = first(difference, leadsOfTopic[a] - leadsOfTopic[b]);
      difference = first(difference, leads[a] - leads[b]);
    }
    if (leader && factor == brokers.size()) {
      // All get a replica, so this one costs nothing: who holds most may lead, and the next topic
      // of fewer replicas is led by somebody who holds less. Otherwise the two drift apart.
      difference = first(difference, holds[b] - holds[a]);
    }
    difference = first(difference, holdsOfTopic[a] - holdsOfTopic[b]);
    difference = first(difference, holds[a] - holds[b]);
    return difference == 0
        ? Long.compareUnsigned(chance(a, number), chance(b, number)) < 0
        : difference < 0;
  }

  private static int first(int difference, int next) {
    return difference == 0 ? next : difference;
  }

  private long chance(int place, int number) {
    return mix(seed ^ mix(((long) number << Integer.SIZE) | brokers.get(place).id()));
  }

  /** The finalizer of splitmix64: chance without a random generator. */
  private static long mix(long seed) {
    long z = seed + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
