package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.NewTopic;
import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.it.process.Tool;
import dev.milena.proto.v1.PartitionDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node comes back with another disk than it left with (replication rule 7): an emptied one, or a
 * copy from before. Nobody counts on its replicas before it is let in; of what it alone had nothing
 * is led, by it or by others.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(180)
class LostDiskTest {
  private static final int VICTIM = 3;
  private static final int ASKED = 1;
  private static final String SHARED = "shared";
  private static final String ALONE = "alone";
  private static final int PARTITIONS = 6;

  @TempDir Path folder;

  private final TopicHistory topics = new TopicHistory();
  private Cluster cluster = Cluster.NONE;

  @AfterEach
  void end() throws Exception {
    topics.close();
    cluster.close();
  }

  @Test
  void replicasOfAVoterWhoseDiskWasEmptiedCountNoMore() throws Exception {
    cluster = Cluster.started(folder, 3);
    Map<Integer, Integer> leaders = fill();
    cluster.kill(VICTIM);
    awaitGone(leaders);
    cluster.empty(VICTIM);

    cluster.start(VICTIM);

    assertLost(leaders);
  }

  /** A broker beyond the voters: nothing but its log directory's identity tells. */
  @Test
  void replicasOfABrokerWhoseDiskWasPutBackCountNoMore() throws Exception {
    cluster = Cluster.of(folder, 1);
    cluster.start(1);
    cluster.start(2, "process.roles=broker");
    cluster.start(VICTIM, "process.roles=broker");
    Map<Integer, Integer> leaders = fill();
    cluster.kill(VICTIM);
    Path kept = folder.resolve("kept");
    copy(cluster.data(VICTIM), kept);
    cluster.start(VICTIM, "process.roles=broker");
    for (int partition : ledBy(VICTIM, leaders)) {
      awaitLed(partition);
      assertEquals(1, Records.append(cluster.clientsOf(VICTIM), ALONE, partition, "since"));
    }
    cluster.kill(VICTIM);
    awaitGone(leaders);
    cluster.empty(VICTIM);
    copy(kept, cluster.data(VICTIM));

    cluster.start(VICTIM, "process.roles=broker");

    assertLost(leaders);
  }

  /**
   * Two topics, on all nodes and each partition on one; a record in each of the latter.
   *
   * @return who leads each of the latter
   */
  private Map<Integer, Integer> fill() throws Exception {
    try (MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clientsOf(ASKED)))) {
      // So many have to be in sync that whoever goes stays eligible: that has to be taken from him.
      client
          .admin()
          .createTopic(
              new NewTopic(
                  SHARED,
                  OptionalInt.of(PARTITIONS),
                  OptionalInt.of(3),
                  new TreeMap<>(Map.of("min.insync.replicas", "3"))));
    }
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(ASKED), ALONE, PARTITIONS, 1));
    Map<Integer, Integer> leaders =
        rows(ALONE).stream()
            .collect(
                Collectors.toMap(
                    PartitionDescription::getPartition, PartitionDescription::getLeader));
    assertFalse(ledBy(VICTIM, leaders).isEmpty(), leaders::toString);
    for (Map.Entry<Integer, Integer> one : leaders.entrySet()) {
      String address = cluster.clientsOf(one.getValue());
      assertEquals(0, Records.append(address, ALONE, one.getKey(), "by " + one.getValue()));
    }
    return leaders;
  }

  private List<PartitionDescription> rows(String topic) {
    return topics.partitions(cluster.clientsOf(ASKED), topic);
  }

  private static List<Integer> ledBy(int node, Map<Integer, Integer> leaders) {
    return leaders.keySet().stream().filter(one -> leaders.getOrDefault(one, 0) == node).toList();
  }

  private void awaitLed(int partition) {
    Cluster.await("it leads again", () -> rows(ALONE).get(partition).getLeader() == VICTIM);
  }

  /** It is out of sync and eligible, so that the quorum would count on it if it came back. */
  private void awaitGone(Map<Integer, Integer> leaders) throws Exception {
    Cluster.await(
        () -> "it is eligible; was " + rows(SHARED),
        Cluster.SETTLE,
        () ->
            rows(SHARED).stream()
                .allMatch(row ->
                    row.getElrList().equals(List.of(VICTIM))
                        && row.getIsrCount() == 2
                        && row.hasLeader()
                        && row.getLeader() != VICTIM));
    String described =
        Tool.kafkactl(cluster.node(ASKED), "topics", "--describe", "--topic", SHARED)
            .expecting(0)
            .text();
    assertTrue(described.contains("\tElr: " + VICTIM + "\n"), described);
    for (int partition : ledBy(VICTIM, leaders)) {
      assertEquals(List.of(VICTIM), rows(ALONE).get(partition).getElrList());
    }
  }

  private void assertLost(Map<Integer, Integer> leaders) throws Exception {
    try (MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clientsOf(ASKED)))) {
      RowHistory history = RowHistory.of(client.admin(), SHARED, VICTIM);
      history.assertNotCountedOnBeforeItWasLetIn(PARTITIONS);
    }
    // Empty partitions are in sync when their leader says so: it does once the broker is let in.
    Cluster.await(
        () -> "the shared ones are whole; are " + rows(SHARED),
        Cluster.SETTLE,
        () -> rows(SHARED).stream().allMatch(row -> row.getIsrCount() == 3 && row.hasLeader()));
    for (int partition : ledBy(VICTIM, leaders)) {
      assertNobodyLeads(partition);
    }
    for (Map.Entry<Integer, Integer> one : leaders.entrySet()) {
      if (one.getValue() != VICTIM) {
        assertGoesOn(cluster.clientsOf(one.getValue()), one.getKey(), "by " + one.getValue());
      }
    }
    for (int id : cluster.up()) {
      assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(id), "after-" + id, 3, 3));
    }
    assertEquals(Map.of(), topics.impossible());
  }

  /** Every node shows it so, the tool prints it, and both ways in are refused with the reason. */
  private void assertNobodyLeads(int partition) throws Exception {
    for (int id : cluster.up()) {
      String address = cluster.clientsOf(id);
      PartitionDescription row = topics.partitions(address, ALONE).get(partition);
      assertFalse(row.hasLeader(), row::toString);
      assertEquals(List.of(VICTIM), row.getReplicasList());
      assertEquals(List.of(), row.getIsrList());
      assertEquals(List.of(), row.getElrList());
      assertEquals(
          "LEADER_NOT_AVAILABLE",
          Records.appendRefusal(address, ALONE, partition, ByteString.copyFromUtf8("no")));
      assertEquals("LEADER_NOT_AVAILABLE", Records.fetchRefusal(address, ALONE, partition));
    }
    String described =
        Tool.kafkactl(cluster.node(ASKED), "topics", "--describe", "--topic", ALONE)
            .expecting(0)
            .text();
    assertTrue(
        described.contains("\tPartition: %s\tLeader: none\t".formatted(partition)), described);
  }

  private static void assertGoesOn(String address, int partition, String value) throws Exception {
    assertEquals(value, Records.first(address, ALONE, partition));
    assertEquals(1, Records.append(address, ALONE, partition, "after"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
