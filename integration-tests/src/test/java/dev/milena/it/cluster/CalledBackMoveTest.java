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
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A move that goes as slowly as its bound has it, and an operator who thinks better of it. */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
class CalledBackMoveTest {
  private static final String TOPIC = "slow";
  private static final int RECORDS = 300;
  private static final String KIB = "x".repeat(1_024);

  @TempDir Path folder;

  @Test
  @Timeout(180)
  void aMoveUnderWayIsShownAndCalledBackAndLeavesNothingBehind() throws Exception {
    try (Cluster cluster = Cluster.of(folder, 3)) {
      cluster.dressAll(Cluster.Launch.with("replica.move.bytes.per.second=1024"));
      cluster.startAll();
      try (MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clients()))) {
        Admin admin = client.admin();
        String id =
            admin
                .createTopic(
                    new NewTopic(TOPIC, OptionalInt.of(1), OptionalInt.of(2), new TreeMap<>()))
                .topicId();
        PartitionDetails before = row(admin);
        String leader = cluster.clientsOf(before.leader().orElseThrow());
        for (int i = 0; i < RECORDS; i++) {
          assertEquals(i, Records.append(leader, TOPIC, 0, KIB));
        }
        int added = 6 - before.replicas().get(0) - before.replicas().get(1);
        List<Integer> all = new ArrayList<>(before.replicas());
        all.add(added);

        String to = all.stream().map(String::valueOf).collect(Collectors.joining(","));
        assertEquals(
            "Began to move slow-0 to " + to + ".\n",
            says(cluster, "--reassign", "--partition", "0", "--replicas", to, "--no-wait"));
        Path log = LogBytes.folder(cluster, added, id, 0);
        Cluster.await("the copy has begun", Cluster.SETTLE, () -> Files.exists(log));
        String moving = says(cluster, "--describe");
        assertTrue(moving.contains("\tAdding Replicas: " + added + "\tRemoving"), moving);
        assertEquals(before.isr(), row(admin).isr());

        assertEquals(
            "Called back the moves of 1 partition of topic slow.\n", says(cluster, "--cancel"));

        assertEquals(before.replicas(), row(admin).replicas());
        assertFalse(says(cluster, "--describe").contains("Adding"));
        Cluster.await("nothing is left of it", Cluster.SETTLE, () -> !Files.exists(log));
        assertEquals(RECORDS, Records.all(leader, TOPIC, 0).size());
      }
    }
  }

  private static PartitionDetails row(Admin admin) {
    return admin.describeTopics(List.of(TOPIC)).getFirst().partitions().getFirst();
  }

  private static String says(Cluster cluster, String order, String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("topics", order, "--topic", TOPIC));
    command.addAll(List.of(more));
    return Tool.kafkactl(cluster.node(1), command.toArray(String[]::new)).expecting(0).text();
  }
}
