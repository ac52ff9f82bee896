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
 * How long writers wait when a leader of replicated partitions is killed, or stopped: three nodes,
 * 1,000 partitions of three replicas, twelve of them written to with acks=all, by the Java client.
 * Not a test of verify: its figures are in benchmarks/results. {@code -Dkills=N} sets how many.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class FailoverTimes {
  private static final int KILLS = Integer.getInteger("kills", 50);
  private static final int PARTITIONS = 1_000;
  private static final int WRITTEN = 12;
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
    try (Cluster cluster = Cluster.started(folder, 3);
        MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clients()))) {
      Admin admin = client.admin();
      admin.createTopic(
          new NewTopic(
              TOPIC,
              OptionalInt.of(PARTITIONS),
              OptionalInt.of(3),
              new TreeMap<>(Map.of("min.insync.replicas", "2"))));
      SteadyWriters writers = SteadyWriters.start(client, TOPIC, WRITTEN);
      writers.goOn(ENOUGH);
      for (int i = 0; i < KILLS; i++) {
        for (Going going : Going.values()) {
          awaitWhole(admin);
          long ms = longestWhen(going, cluster, writers, i);
          System.out.printf("round %s, %s: %s ms%n", i, going, ms);
          longest.computeIfAbsent(going, _ -> new ArrayList<>()).add(ms);
        }
      }
      writers.stop();
    }
    longest.forEach((going, all) -> {
      Collections.sort(all);
      System.out.printf(
          "%s: n=%s p50=%s p99=%s max=%s ms%n",
          going,
          all.size(),
          all.get(all.size() / 2),
          all.get(Math.min(all.size() - 1, all.size() * 99 / 100)),
          all.getLast());
    });
  }

  private static long longestWhen(Going going, Cluster cluster, SteadyWriters writers, int round)
      throws Exception {
    int quorumLeader = cluster.leader();
    int other = 1 + (quorumLeader + round % 2) % 3;
    int gone = going == Going.KILLED_LEADER_OF_BOTH ? quorumLeader : other;
    writers.goOn(ENOUGH);
    var _ = writers.takeLongestMs();
    if (going == Going.STOPPED) {
      assertEquals(0, cluster.stop(gone));
    } else {
      cluster.kill(gone);
    }
    writers.goOn(ENOUGH);
    long longest = writers.takeLongestMs();
    cluster.start(gone);
    return longest;
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
