package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.it.process.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures three nodes on one machine, on the disk that java.io.tmpdir lies on, and asserts nothing
 * about speed; not one of the tests of a build. On a machine that does nothing else:
 *
 * <pre>
 * ./mvnw -pl integration-tests -am -Dtest=ClusterTimes -Dsurefire.failIfNoSpecifiedTests=false test
 * </pre>
 */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class ClusterTimes {
  private static final int KILLS = Integer.getInteger("kills", 50);
  private static final int SMALL = 300;
  private static final int SMALL_ROUNDS = 4;
  private static final int LARGE = 10;
  private static final int LARGE_PARTITIONS = 1_000;
  private static final int PARTITIONS = SMALL_ROUNDS * SMALL + LARGE * LARGE_PARTITIONS;

  /** Who comes back again and again is taken in after 1 s, 2 s, 4 s ... 60 s. */
  private static final Duration WHOLE_AGAIN = Duration.ofMinutes(3);

  /** By how many the preferred leaders of a node may be fewer than a third. */
  private static final int SPREAD = 200;

  /** A log's folder is named by its topic's id and its partition. */
  private static final Pattern LOG_NAME = Pattern.compile("[\\w-]{22}-\\d+");

  private static final int IDLE_S = 60;

  /** After that an idle node has collected its garbage. */
  private static final int COLLECTED_S = 330;

  /** USER_HZ, which is 100 wherever Linux runs. */
  private static final double TICKS_PER_S = 100;

  @TempDir Path folder;

  @Test
  void theNextWriteAfterAKill() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    List<Long> afterLeader = new ArrayList<>();
    List<Long> afterOther = new ArrayList<>();
    try (Cluster cluster = Cluster.started(folder, 3);
        TopicHistory topics = new TopicHistory()) {
      for (int kill = 0; kill < KILLS; kill++) {
        afterLeader.add(nextWriteAfterKill(cluster, topics, true, random));
        afterOther.add(nextWriteAfterKill(cluster, topics, false, random));
      }
    }
    System.out.println("the next write after kill -9 of the leader: " + summary(afterLeader));
    System.out.println("the next write after kill -9 of another: " + summary(afterOther));
  }

  /** As long as only others are killed the leader gets older, and what it runs compiled. */
  @Test
  void theNextWriteAfterAKillThatTheLeaderSurvives() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    List<Long> afterOther = new ArrayList<>();
    try (Cluster cluster = Cluster.started(folder, 3);
        TopicHistory topics = new TopicHistory()) {
      for (int kill = 0; kill < KILLS; kill++) {
        afterOther.add(nextWriteAfterKill(cluster, topics, false, random));
      }
    }
    System.out.println("after kill -9 of another, the leader stays: " + summary(afterOther));
  }

  /** In nanoseconds; the node is started again afterwards. */
  private static long nextWriteAfterKill(
      Cluster cluster, TopicHistory topics, boolean ofLeader, SplittableRandom random)
      throws Exception {
    int leader = cluster.leader();
    List<Integer> others = cluster.up().stream().filter(id -> id != leader).toList();
    int victim = ofLeader ? leader : others.getFirst();
    int asked = others.getLast();
    String name = "kill-" + random.nextLong(Long.MAX_VALUE);
    create(topics, cluster, asked, "before-" + name, 1, 1);
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(600)));
    long began = System.nanoTime();
    cluster.kill(victim);
    create(topics, cluster, asked, "after-" + name, 1, 1);
    long took = System.nanoTime() - began;
    cluster.start(victim);
    return took;
  }

  @Test
  void topicsOfAThousandPartitionsAndOfOne() throws Exception {
    List<Long> large = new ArrayList<>();
    try (Cluster cluster = Cluster.started(folder, 3);
        TopicHistory topics = new TopicHistory()) {
      for (int id : cluster.up()) {
        // The client's first call takes half a second to load gRPC, which is not the nodes' time.
        assertEquals(Map.of(), topics.shown(cluster.clientsOf(id)));
      }
      for (int round = 0; round < SMALL_ROUNDS; round++) {
        List<Long> small = new ArrayList<>();
        for (int i = 0; i < SMALL; i++) {
          long began = System.nanoTime();
          create(topics, cluster, 1 + i % 3, "small-" + round + "-" + i, 1, 3);
          small.add(System.nanoTime() - began);
        }
        System.out.printf(
            "a topic of one partition, after %s others: %s%n", round * SMALL, summary(small));
      }
      for (int i = 0; i < LARGE; i++) {
        long began = System.nanoTime();
        create(topics, cluster, 1, "large-" + i, LARGE_PARTITIONS, 3);
        for (int id : cluster.up()) {
          assertEquals(
              LARGE_PARTITIONS, topics.led(cluster.clientsOf(id), "large-" + i), "node " + id);
        }
        large.add(System.nanoTime() - began);
      }
      System.out.println("a topic of 1,000 x 3, its leaders known to all: " + summary(large));
      describe(cluster, topics, "while logs are being made");
      awaitLogs(cluster, 2);
      describe(cluster, topics, "afterwards");
      restart(cluster);
    }
  }

  private static void describe(Cluster cluster, TopicHistory topics, String when) {
    List<Long> describe = new ArrayList<>();
    for (int i = 0; i < SMALL; i++) {
      long began = System.nanoTime();
      assertEquals(LARGE_PARTITIONS, topics.led(cluster.clientsOf(2), "large-1"));
      describe.add(System.nanoTime() - began);
    }
    System.out.println("describe 1,000 partitions, " + when + ": " + summary(describe));
  }

  /** A topic is there when its leaders are known; the folders of its logs are made after that. */
  private static void awaitLogs(Cluster cluster, int node) throws IOException {
    long began = System.nanoTime();
    Cluster.await("as many logs as partitions", () -> logs(cluster.data(node)) == PARTITIONS);
    System.out.printf(
        "the logs of all topics are made, later by: %s ms%n",
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
  }

  private static long logs(Path data) {
    try (Stream<Path> all = Files.list(data)) {
      return all.filter(path -> LOG_NAME.matcher(path.getFileName().toString()).matches()).count();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** With all the partitions of the topics above. */
  private static void restart(Cluster cluster) throws Exception {
    for (int run = 0; run < 3; run++) {
      for (boolean orderly : new boolean[] {true, false}) {
        Cluster.await(
            () -> "the restart before is over for the others too",
            WHOLE_AGAIN,
            () -> cluster.up().stream().allMatch(id -> isWhole(cluster, id)));
        if (orderly) {
          assertEquals(0, cluster.stop(2));
        } else {
          cluster.kill(2);
        }
        long began = System.nanoTime();
        cluster.start(2);
        System.out.printf(
            "restart of a node with %s partitions, %s: %s ms%n",
            PARTITIONS,
            orderly ? "after a stop" : "after kill -9",
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
      }
    }
    memory(cluster, 10);
    memory(cluster, COLLECTED_S);
  }

  private static void memory(Cluster cluster, int idleSeconds) {
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(idleSeconds));
    for (int id : cluster.up()) {
      System.out.printf(
          "node %s with %s partitions, after %s s in which nothing was asked of it: heap %s MiB, resident %s MiB%n",
          id,
          PARTITIONS,
          idleSeconds,
          (long) (cluster.metric(id, "jvm_heap_used_bytes").orElse(0.0) / (1 << 20)),
          (long) (cluster.metric(id, "process_resident_memory_bytes").orElse(0.0) / (1 << 20)));
    }
  }

  /** All replicas in sync, and every leader where it is preferred. */
  private static boolean isWhole(Cluster cluster, int id) {
    double led = cluster.metric(id, "milena_broker_led_partitions").orElse(0.0);
    return cluster.metric(id, "milena_metadata_under_replicated_partitions").orElse(1.0) == 0
        && led >= PARTITIONS / 3 - SPREAD;
  }

  @Test
  void threeIdleNodes() throws Exception {
    try (Cluster cluster = Cluster.started(folder, 3)) {
      long began = System.nanoTime();
      for (int age : new int[] {20, 180}) {
        LockSupport.parkNanos(began + TimeUnit.SECONDS.toNanos(age) - System.nanoTime());
        double before = cpuSeconds(cluster);
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(IDLE_S));
        System.out.printf(
            "three idle nodes, %s s after they were ready: %.4f cores together%n",
            age, (cpuSeconds(cluster) - before) / IDLE_S);
      }
    }
  }

  private static double cpuSeconds(Cluster cluster) throws IOException {
    double seconds = 0;
    for (int id : cluster.up()) {
      NodeProcess node = cluster.node(id);
      String stat = Files.readString(Path.of("/proc/" + node.pid() + "/stat"));
      String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      seconds += (Long.parseLong(words[11]) + Long.parseLong(words[12])) / TICKS_PER_S;
    }
    return seconds;
  }

  private static void create(
      TopicHistory topics, Cluster cluster, int at, String name, int partitions, int replicas) {
    assertEquals(
        Outcome.DONE, topics.create(cluster.clientsOf(at), name, partitions, replicas), name);
  }

  /** Of times in nanoseconds. */
  private static String summary(List<Long> nanos) {
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    return "n=%s mean=%.2f p50=%.2f p99=%.2f max=%.2f ms"
        .formatted(
            sorted.size(),
            sorted.stream().mapToLong(n -> n).average().orElse(0) / 1e6,
            at(sorted, 0.5),
            at(sorted, 0.99),
            sorted.getLast() / 1e6);
  }

  private static double at(List<Long> sorted, double share) {
    return sorted.get(Math.min(sorted.size() - 1, (int) (share * sorted.size()))) / 1e6;
  }
}
