package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.Admin;
import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.NewTopic;
import dev.milena.client.PartitionDetails;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A producer writes to partitions of three replicas with acks=all while one node after the other is
 * killed (kill -9), comes back, is stopped (SIGTERM) and comes back: no write fails, what was
 * acknowledged is there, at its offset, and the three logs of each partition end as the same bytes.
 *
 * <p>Each node goes six times. Made for its figures, of a client of usual patience: {@link
 * RollingRestartTest} and {@link RandomFaultsTest} look at stops and kills more closely.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
class LeadersGoTest {
  private static final int ROUNDS = 3;
  private static final int PARTITIONS = 6;
  private static final String TOPIC = "three";
  private static final Duration WHOLE_AGAIN = Duration.ofSeconds(60);
  private static final int ENOUGH = 50;

  /** A leader of records and of the quorum at once may be gone. */
  private static final long LONGEST_MS = 2_500;

  @TempDir Path folder;

  @Test
  @Timeout(300)
  void whatWasAcknowledgedOutlivesEveryLeader() throws Exception {
    try (Cluster cluster = Cluster.started(folder, 3);
        MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clients()))) {
      Admin admin = client.admin();
      String topicId =
          admin
              .createTopic(
                  new NewTopic(
                      TOPIC,
                      OptionalInt.of(PARTITIONS),
                      OptionalInt.of(3),
                      new TreeMap<>(Map.of("min.insync.replicas", "2"))))
              .topicId();
      SteadyWriters writers = SteadyWriters.start(client, TOPIC, PARTITIONS);
      writers.goOn(ENOUGH);
      for (int round = 0; round < ROUNDS; round++) {
        for (int victim = 1; victim <= 3; victim++) {
          int gone = victim;
          oneGoes("kill -9 of node " + gone, writers, () -> cluster.kill(gone));
          cluster.start(gone);
          awaitWhole(admin);
          oneGoes("SIGTERM for node " + gone, writers, () -> assertEquals(0, cluster.stop(gone)));
          cluster.start(gone);
          awaitWhole(admin);
        }
      }
      writers.stop();
      for (PartitionDetails row : rows(admin)) {
        writers.assertStored(cluster.clientsOf(row.leader().orElseThrow()), row.partition());
      }
      for (int id : cluster.up()) {
        assertEquals(0, cluster.stop(id));
      }
      LogBytes.assertAlike(cluster, topicId, PARTITIONS);
    }
  }

  private static void oneGoes(String how, SteadyWriters writers, Writers.Work goes)
      throws Exception {
    var _ = writers.takeLongestMs();
    goes.run();
    writers.goOn(ENOUGH);
    long longestMs = writers.takeLongestMs();
    assertTrue(longestMs <= LONGEST_MS, how + ": a write took " + longestMs + " ms");
  }

  private static List<PartitionDetails> rows(Admin admin) {
    return admin.describeTopics(List.of(TOPIC)).getFirst().partitions();
  }

  private static void awaitWhole(Admin admin) {
    Cluster.await(
        () -> "all are in sync; are " + rows(admin),
        WHOLE_AGAIN,
        () -> rows(admin).stream().allMatch(row -> row.isr().size() == 3));
  }
}
