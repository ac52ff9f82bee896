package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.client.Admin;
import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.NewTopic;
import dev.milena.client.PartitionDetails;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long writers wait when a leader of replicated partitions is killed, or stopped, and how long
 * it takes to be ready again: three nodes, 1,000 partitions of three replicas, twelve of them
 * written to with acks=all, by the Java client, also while a node starts.
 *
 * <p>Not a test of verify: its figures are in benchmarks/results. {@code -Dkills=N} sets how many,
 * {@code -Dpause.ms=N} how long each writer pauses after an answer.
 */
@Timeout(value = 90, unit = TimeUnit.MINUTES)
class FailoverTimes {
  private static final int KILLS = Integer.getInteger("kills", 50);
  private static final int PARTITIONS = 1_000;
  private static final int WRITTEN = 12;

  /** As fast as they are answered, twelve writers and three nodes take all of two cores. */
  private static final Duration PAUSE = Duration.ofMillis(Integer.getInteger("pause.ms", 20));

  private static final String TOPIC = "three";
  private static final int ENOUGH = 20;
  private static final Duration WHOLE_AGAIN = Duration.ofMinutes(2);

  @TempDir Path folder;

  /** Who goes, and how. */
  private enum Going {
    KILLED_LEADER_OF_PARTITIONS_ALONE,
    KILLED_LEADER_OF_BOTH,
    STOPPED
  }

  @Test
  void howLongWritersWait() throws Exception {
    Map<Going, List<Long>> longest = new TreeMap<>();
    Map<Going, List<Long>> ready = new TreeMap<>();
    try (Cluster cluster = Cluster.started(folder, 3);
        MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clients()))) {
      Admin admin = client.admin();
      admin.createTopic(
          new NewTopic(
              TOPIC,
              OptionalInt.of(PARTITIONS),
              OptionalInt.of(3),
              new TreeMap<>(Map.of("min.insync.replicas", "2"))));
      SteadyWriters writers = SteadyWriters.start(client, TOPIC, WRITTEN, PAUSE);
      writers.goOn(ENOUGH);
      for (int i = 0; i < KILLS; i++) {
        for (Going going : Going.values()) {
          awaitWhole(admin);
          int gone = whoGoes(going, cluster.leader(), i);
          long waited = longestWhen(going, gone, cluster, writers);
          long began = System.nanoTime();
          cluster.start(gone);
          long started = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
          System.out.printf(
              "round %s, %s: writes waited %s ms; ready again in %s ms%n",
              i, going, waited, started);
          longest.computeIfAbsent(going, _ -> new ArrayList<>()).add(waited);
          ready.computeIfAbsent(going, _ -> new ArrayList<>()).add(started);
        }
      }
      writers.stop();
    }
    longest.forEach((going, all) -> show("writes waited, " + going, all));
    ready.forEach((going, all) -> show("ready again, " + going, all));
  }

  private static void show(String what, List<Long> all) {
    Collections.sort(all);
    System.out.printf(
        "%s: n=%s p50=%s p99=%s max=%s ms%n",
        what,
        all.size(),
        all.get(all.size() / 2),
        all.get(Math.min(all.size() - 1, all.size() * 99 / 100)),
        all.getLast());
  }

  private static int whoGoes(Going going, int quorumLeader, int round) {
    int other = 1 + (quorumLeader + round % 2) % 3;
    return going == Going.KILLED_LEADER_OF_BOTH ? quorumLeader : other;
  }

  private static long longestWhen(Going going, int gone, Cluster cluster, SteadyWriters writers)
      throws Exception {
    writers.goOn(ENOUGH);
    var _ = writers.takeLongestMs();
    if (going == Going.STOPPED) {
      assertEquals(0, cluster.stop(gone));
    } else {
      cluster.kill(gone);
    }
    writers.goOn(ENOUGH);
    return writers.takeLongestMs();
  }

  /** All in sync, and every leader where it is preferred. */
  private static void awaitWhole(Admin admin) {
    List<PartitionDetails> lacking = new ArrayList<>();
    Cluster.await(
        () -> "all are in sync and led where they are preferred: " + lacking,
        WHOLE_AGAIN,
        () -> {
          lacking.clear();
          admin.describeTopics(List.of(TOPIC)).getFirst().partitions().stream()
              .filter(row -> !isWhole(row))
              .forEach(lacking::add);
          return lacking.isEmpty();
        });
  }

  private static boolean isWhole(PartitionDetails row) {
    return row.isr().size() == 3 && row.leader().equals(OptionalInt.of(row.replicas().getFirst()));
  }
}
