package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.Admin;
import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.NewTopic;
import dev.milena.client.PartitionDetails;
import dev.milena.it.process.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A topic is deleted and made again under its name while a broker is away, which comes back with
 * the old one's records: nobody ever sees them again.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
class RecreatedTopicTest {
  private static final int AWAY = 3;
  private static final String TOPIC = "again";
  private static final int PARTITIONS = 3;

  @TempDir Path folder;

  @Test
  @Timeout(180)
  void recordsOfADeletedTopicStayAwayThoughABrokerComesBackWithThem() throws Exception {
    try (Cluster cluster = Cluster.started(folder, 3);
        MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clients()))) {
      Admin admin = client.admin();
      String old = create(admin, 3);
      for (int i = 0; i < 5; i++) {
        append(cluster, admin, "old");
      }
      awaitWhole(admin);
      cluster.kill(AWAY);
      Cluster.await(
          "others lead",
          Cluster.SETTLE,
          () -> rows(admin).stream().allMatch(row -> row.leader().orElse(AWAY) != AWAY));

      admin.deleteTopic(TOPIC);
      create(admin, 2);
      append(cluster, admin, "new");
      cluster.start(AWAY);
      for (int partition = 0; partition < PARTITIONS; partition++) {
        moveToAll(cluster, partition);
      }
      awaitWhole(admin);

      Path left = LogBytes.folder(cluster, AWAY, old, 0);
      assertTrue(Files.exists(left), "nothing is deleted on a guess");
      String said = cluster.node(AWAY).errors();
      assertTrue(said.contains(left.getFileName() + " folder belongs to no topic"), said);
      cluster.kill(1);
      cluster.kill(2);
      cluster.start(1);
      Cluster.await(
          "who came back leads where it can",
          Cluster.SETTLE,
          () ->
              rows(admin).stream().allMatch(row -> row.leader().orElse(2) != 2)
                  && rows(admin).stream().anyMatch(row -> row.leader().orElse(2) == AWAY));
      for (PartitionDetails row : rows(admin)) {
        String leader = cluster.clientsOf(row.leader().orElseThrow());
        assertEquals(1, Records.all(leader, TOPIC, row.partition()).size());
        assertEquals("new", Records.first(leader, TOPIC, row.partition()));
      }
      assertFalse(rows(admin).isEmpty());
    }
  }

  private static void moveToAll(Cluster cluster, int partition) throws Exception {
    Tool.kafkactl(
            cluster.node(1),
            "topics",
            "--reassign",
            "--topic",
            TOPIC,
            "--partition",
            Integer.toString(partition),
            "--replicas",
            "1,2,3")
        .expecting(0);
  }

  private static String create(Admin admin, int replicas) {
    TreeMap<String, String> configs = new TreeMap<>(Map.of("min.insync.replicas", "1"));
    return admin
        .createTopic(
            new NewTopic(TOPIC, OptionalInt.of(PARTITIONS), OptionalInt.of(replicas), configs))
        .topicId();
  }

  private static List<PartitionDetails> rows(Admin admin) {
    return admin.describeTopics(List.of(TOPIC)).getFirst().partitions();
  }

  private static void append(Cluster cluster, Admin admin, String value) throws Exception {
    for (PartitionDetails row : rows(admin)) {
      String leader = cluster.clientsOf(row.leader().orElseThrow());
      var _ = Records.append(leader, TOPIC, row.partition(), value);
    }
  }

  private static void awaitWhole(Admin admin) {
    Cluster.await(
        () -> "all are in sync; are " + rows(admin),
        Cluster.SETTLE,
        () -> rows(admin).stream().allMatch(row -> row.isr().size() == 3));
  }
}
