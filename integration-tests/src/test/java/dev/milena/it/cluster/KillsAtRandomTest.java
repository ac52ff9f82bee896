package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.proto.v1.TopicListing;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Topics are created and deleted at any node while one member after the other is killed and started
 * again: every topic that was acknowledged exists everywhere, no name twice, what was answered can
 * have happened in one order, and all members end with the same state.
 *
 * <p>With {@code -Dcluster.faults=true} it takes 120 s and wants 200 topics; {@code
 * -Dcluster.seconds=N} makes it as long; {@code -Dcluster.seed=SEED} repeats the moments and the
 * choices, not the machine's timing.
 */
class KillsAtRandomTest {
  private static final boolean LONG = Boolean.getBoolean("cluster.faults");
  private static final long SECONDS = Long.getLong("cluster.seconds", LONG ? 120 : 25);
  private static final int TOPICS_AT_LEAST = LONG ? 200 : 20;
  private static final long SEED = Long.getLong("cluster.seed", System.nanoTime());
  private static final int WRITERS = 3;
  private static final int CONTENDED_NAMES = 8;

  @TempDir Path folder;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean over = new AtomicBoolean();

  @Test
  @Timeout(600)
  void whatWasAcknowledgedIsEverywhereAndTheSame() throws Exception {
    System.out.println("cluster.seed=" + SEED);
    try (Cluster cluster = Cluster.started(folder, 3);
        TopicHistory history = new TopicHistory()) {
      Writers writers = new Writers();
      for (int i = 0; i < WRITERS; i++) {
        SplittableRandom own = random.split();
        String prefix = "w" + i + "-";
        writers.start("writer-" + i, () -> write(cluster, history, prefix, own));
      }
      int kills = 0;
      try {
        kills = killAtRandom(cluster, writers);
      } finally {
        over.set(true);
      }
      writers.join();
      Cluster.await("all are ready", () -> cluster.up().stream().allMatch(cluster::isReady));
      cluster.awaitOneState();
      System.out.printf(
          "%s kills, %s topics acknowledged, %s calls%n",
          kills, acknowledged.size(), history.size());
      assertTrue(acknowledged.size() >= TOPICS_AT_LEAST, "acknowledged: " + acknowledged.size());
      assertShownByAll(cluster, history);
      assertEquals(Map.of(), history.impossible());
    }
  }

  private int killAtRandom(Cluster cluster, Writers writers) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    int kills = 0;
    while (System.nanoTime() < end) {
      int victim = random.nextInt(3) + 1;
      // The moment is chance, not a wait for something.
      pause(random.nextInt(300, 2_500));
      cluster.kill(victim);
      kills++;
      pause(random.nextInt(50, 2_000));
      cluster.start(victim);
      writers.assertNoneFailed();
    }
    return kills;
  }

  private void write(Cluster cluster, TopicHistory history, String prefix, SplittableRandom own) {
    for (int i = 0; !over.get(); i++) {
      String address = cluster.clientsOf(own.nextInt(3) + 1);
      if (own.nextInt(3) > 0) {
        String name = prefix + i;
        if (history.create(address, name, 2, 1 + own.nextInt(2)) == Outcome.DONE) {
          acknowledged.add(name);
        }
      } else {
        contend(history, address, "contended-" + own.nextInt(CONTENDED_NAMES), own);
      }
      pause(own.nextInt(150));
    }
  }

  private static void contend(
      TopicHistory history, String address, String name, SplittableRandom own) {
    switch (own.nextInt(3)) {
      case 0 -> history.create(address, name, 1, 1);
      case 1 -> history.delete(address, name);
      default -> history.look(address, name);
    }
  }

  private void assertShownByAll(Cluster cluster, TopicHistory history) {
    List<TopicListing> first = history.listed(cluster.clientsOf(1));
    List<String> names = first.stream().map(TopicListing::getName).toList();
    assertEquals(names.stream().distinct().toList(), names, "a name is there twice");
    for (int id : cluster.up()) {
      assertEquals(first, history.listed(cluster.clientsOf(id)), "listed by node " + id);
    }
    for (String name : acknowledged) {
      Set<Optional<String>> ids = ConcurrentHashMap.newKeySet();
      for (int id : cluster.up()) {
        ids.add(history.look(cluster.clientsOf(id), name));
      }
      assertEquals(1, ids.size(), name + " has the ids " + ids);
      assertTrue(ids.iterator().next().isPresent(), name + " was acknowledged and is gone");
    }
  }

  private static void pause(int ms) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ms));
  }
}
