package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.Admin;
import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.NewTopic;
import dev.milena.client.PartitionDetails;
import dev.milena.it.process.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Leadership goes round and round while records are written with acks=all. */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
class HandedOverTest {
  private static final String TOPIC = "round";
  private static final int PARTITIONS = 2;
  private static final int ROUNDS = 15;
  private static final List<String> ORDERS = List.of("1,2,3", "2,3,1", "3,1,2");

  /** A bound against hangs on a busy machine; docs and figures want far less. */
  private static final long LONGEST_MS = 2_500;

  @TempDir Path folder;

  @Test
  @Timeout(180)
  void leadershipThatIsHandedOverAgainAndAgainFailsNoWriteAndLosesNone() throws Exception {
    try (Cluster cluster = Cluster.started(folder, 3);
        MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clients()))) {
      Admin admin = client.admin();
      admin.createTopic(
          new NewTopic(
              TOPIC,
              OptionalInt.of(PARTITIONS),
              OptionalInt.of(3),
              new TreeMap<>(Map.of("min.insync.replicas", "2"))));
      SteadyWriters writers = SteadyWriters.start(client, TOPIC, PARTITIONS, Duration.ofMillis(2));
      writers.goOn(20);
      long longestMs = 0;
      for (int round = 0; round < ROUNDS; round++) {
        String order = ORDERS.get(round % ORDERS.size());
        int leader = Integer.parseInt(order.substring(0, 1));
        for (int partition = 0; partition < PARTITIONS; partition++) {
          String which = Integer.toString(partition);
          says(cluster, "--reassign", "--partition", which, "--replicas", order);
        }
        says(cluster, "--elect-leaders");
        for (PartitionDetails row : admin.describeTopics(List.of(TOPIC)).getFirst().partitions()) {
          assertEquals(leader, row.leader().orElse(-1), row.toString());
        }
        writers.goOn(20);
        longestMs = Math.max(longestMs, writers.takeLongestMs());
      }
      writers.stop();
      for (PartitionDetails row : admin.describeTopics(List.of(TOPIC)).getFirst().partitions()) {
        writers.assertStored(cluster.clientsOf(row.leader().orElseThrow()), row.partition());
        assertTrue(row.leaderEpoch() >= ROUNDS - 1, row.toString());
      }
      assertTrue(longestMs <= LONGEST_MS, "a write took " + longestMs + " ms");
      System.out.printf("%s rounds: no write took longer than %s ms%n", ROUNDS, longestMs);
    }
  }

  private static void says(Cluster cluster, String order, String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("topics", order, "--topic", TOPIC));
    command.addAll(List.of(more));
    Tool.kafkactl(cluster.node(1), command.toArray(String[]::new)).expecting(0);
  }
}
