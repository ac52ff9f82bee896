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
import dev.milena.it.process.Tool.Ended;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three voters and a broker alone, and an operator who types: moves a partition, drains the broker
 * while records are written with acks=all, and takes it away. Before that a partition loses the
 * only replica that has everything, and is led by order.
 */
class MovesTest {
  private static final int OUTSIDER = 4;
  private static final String ALONE = "process.roles=broker";
  private static final int PARTITIONS = 6;
  private static final String TOPIC = "moved";
  private static final int ENOUGH = 30;

  @TempDir Path folder;

  private static Ended ask(Cluster cluster, String... arguments) throws Exception {
    return Tool.kafkactl(cluster.node(1), arguments);
  }

  private static String says(Cluster cluster, String... arguments) throws Exception {
    return ask(cluster, arguments).expecting(0).text();
  }

  @Test
  @Timeout(180)
  void aBrokerIsDrainedUnderLoadAndTakenAwayAndNothingIsLost() throws Exception {
    try (Cluster cluster = Cluster.started(folder, 3);
        MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clients()))) {
      cluster.start(OUTSIDER, ALONE);
      Admin admin = client.admin();
      electByOrder(cluster, admin);
      create(admin, TOPIC, PARTITIONS, 3);
      assertTrue(rows(admin).stream().anyMatch(row -> row.replicas().contains(OUTSIDER)));
      SteadyWriters writers = SteadyWriters.start(client, TOPIC, PARTITIONS);
      writers.goOn(ENOUGH);

      moveOneThereAndBack(cluster, admin);
      refusalsSayWhatToDo(cluster);

      assertEquals(
          "Drained broker 4: it holds no replica. Stop it, then kafkactl cluster --decommission 4"
              + " forgets it.\n",
          says(cluster, "cluster", "--drain", "4"));
      for (PartitionDetails row : rows(admin)) {
        assertFalse(row.replicas().contains(OUTSIDER), row.toString());
        assertTrue(row.leader().orElse(OUTSIDER) != OUTSIDER, row.toString());
        assertTrue(row.move().isEmpty(), row.toString());
      }
      assertTrue(says(cluster, "cluster", "--describe").contains("\tState: draining\t"));
      writers.goOn(ENOUGH);
      create(admin, "new", 3, 2);
      for (PartitionDetails row : rows(admin, "new")) {
        assertFalse(row.replicas().contains(OUTSIDER), row.toString());
      }

      assertEquals(0, cluster.stop(OUTSIDER));
      Cluster.await(
          "node 4 is fenced",
          Cluster.SETTLE,
          () -> admin.describeCluster().brokers().stream().anyMatch(one -> one.fenced()));
      assertEquals("Decommissioned broker 4.\n", says(cluster, "cluster", "--decommission", "4"));
      writers.goOn(ENOUGH);
      writers.stop();
      for (PartitionDetails row : rows(admin)) {
        writers.assertStored(cluster.clientsOf(row.leader().orElseThrow()), row.partition());
      }
    }
  }

  /** To the three voters, and to the other broker, by turns; described as Kafka does meanwhile. */
  private static void moveOneThereAndBack(Cluster cluster, Admin admin) throws Exception {
    var _ = moved(cluster, "1,2,3");
    assertEquals("Moved moved-0 to 4,2,1.\n", moved(cluster, "4,2,1"));
    assertEquals(List.of(4, 2, 1), rows(admin).getFirst().replicas());
    assertEquals("No need to move moved-0 to 4,2,1.\n", moved(cluster, "4,2,1"));
    var _ = says(cluster, "topics", "--elect-leaders", "--topic", TOPIC, "--partition", "0");
    assertEquals(4, rows(admin).getFirst().leader().orElse(-1));
  }

  private static String moved(Cluster cluster, String replicas) throws Exception {
    return says(cluster, reassign(TOPIC, replicas));
  }

  private static void refusalsSayWhatToDo(Cluster cluster) throws Exception {
    Ended unknown = ask(cluster, reassign(TOPIC, "1,9"));
    assertEquals(
        "kafkactl: partition moved-0 names broker 9, which is not registered; start it first, or"
            + " name another\n",
        unknown.expecting(1).errors());
    Ended nothing = ask(cluster, "topics", "--cancel", "--topic", TOPIC);
    assertEquals(
        "kafkactl: no partition of topic \"moved\" moves, so there is nothing to call back; kafkactl"
            + " topics --describe --topic moved shows where its replicas are\n",
        nothing.expecting(1).errors());
    Ended held = ask(cluster, "cluster", "--decommission", "4");
    assertTrue(held.expecting(1).errors().contains("is up; stop it first"), held.errors());
  }

  /** Of nodes 2 and 4 the latter alone has everything of a partition, and is killed. */
  private static void electByOrder(Cluster cluster, Admin admin) throws Exception {
    create(admin, "dark", 1, 1);
    var _ = says(cluster, reassign("dark", "2,4"));
    cluster.kill(2);
    Cluster.await("node 4 leads alone", Cluster.SETTLE, () -> leads(admin, OUTSIDER));
    var _ = Records.append(cluster.clientsOf(OUTSIDER), "dark", 0, "lost");
    cluster.kill(OUTSIDER);
    cluster.start(2);
    cluster.awaitAllReady(Cluster.SETTLE);

    Ended dark = ask(cluster, "topics", "--elect-leaders", "--topic", "dark").expecting(1);
    assertTrue(
        dark.errors().contains("dark-0: start broker 4, which can lead it without loss"),
        dark.errors());
    assertTrue(dark.errors().contains("--partition 0 makes broker 2 its leader"), dark.errors());
    String led = says(cluster, "topics", "--elect-leaders", "--topic", "dark", "--unclean");
    assertTrue(led.contains("dark-0 is led by 2 now, epoch "), led);
    String audit = says(cluster, "audit", "--topic", "dark");
    assertTrue(audit.contains("broker 2 was made the leader of dark-0 uncleanly"), audit);
    assertEquals(0, Records.append(cluster.clientsOf(2), "dark", 0, "anew"));

    cluster.start(OUTSIDER, ALONE);
    Cluster.await(
        "node 4 has cut what is lost, and follows",
        Cluster.SETTLE,
        () -> rows(admin, "dark").getFirst().isr().equals(List.of(2, OUTSIDER)));
    assertEquals("anew", Records.first(cluster.clientsOf(2), "dark", 0));
  }

  private static boolean leads(Admin admin, int node) {
    PartitionDetails row = rows(admin, "dark").getFirst();
    return row.leader().orElse(0) == node && row.isr().equals(List.of(node));
  }

  private static String[] reassign(String topic, String replicas) {
    return new String[] {
      "topics",
      "--reassign",
      "--topic",
      topic,
      "--partition",
      "0",
      "--replicas",
      replicas,
      "--max-wait",
      "1m"
    };
  }

  private static void create(Admin admin, String topic, int partitions, int factor) {
    var _ =
        admin.createTopic(
            new NewTopic(
                topic,
                OptionalInt.of(partitions),
                OptionalInt.of(factor),
                new TreeMap<>(Map.of())));
  }

  private static List<PartitionDetails> rows(Admin admin) {
    return rows(admin, TOPIC);
  }

  private static List<PartitionDetails> rows(Admin admin, String topic) {
    return admin.describeTopics(List.of(topic)).getFirst().partitions();
  }
}
