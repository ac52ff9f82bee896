package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.NewTopic;
import dev.milena.client.NodeDetails;
import dev.milena.client.PartitionDetails;
import dev.milena.client.TopicChange;
import dev.milena.it.process.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes on two racks: where replicas go, and what is shown of it. */
@Timeout(120)
class RacksTest {
  private static final Map<Integer, String> RACKS = new TreeMap<>(Map.of(1, "a", 2, "a", 3, "b"));
  private static final int PARTITIONS = 12;

  @TempDir Path folder;

  @Test
  void ofTwoReplicasEachIsOnARackOfItsOwnAndTheRacksAreShown() throws Exception {
    try (Cluster cluster = Cluster.of(folder, RACKS.size())) {
      RACKS.forEach((id, rack) -> cluster.dress(id, Cluster.Launch.with("broker.rack=" + rack)));
      cluster.startAll();
      cluster.awaitAllReady(Cluster.SETTLE);
      try (MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clientsOf(2)))) {
        assertSpread(
            client.admin().createTopic(NewTopic.of("t", PARTITIONS, 2)).partitions(), PARTITIONS);
        assertSpread(
            client
                .admin()
                .alterTopic(
                    new TopicChange(
                        "t", OptionalInt.of(2 * PARTITIONS), new TreeMap<>(), List.of()))
                .partitions(),
            2 * PARTITIONS);
        assertEquals(
            RACKS,
            client.admin().describeNodes().nodes().stream()
                .collect(Collectors.toMap(NodeDetails::id, node -> node.rack().orElse(""))));
      }
      for (int id : cluster.up()) {
        assertShown(Tool.kafkactl(cluster.node(id), "cluster", "--describe").expecting(0).text());
      }
    }
  }

  /** Rack b has one node, which so has a replica of all; those of rack a have about half each. */
  private static void assertSpread(List<PartitionDetails> partitions, int count) {
    assertEquals(count, partitions.size());
    for (PartitionDetails one : partitions) {
      assertEquals(2, one.replicas().size(), one::toString);
      assertEquals(
          Set.of("a", "b"),
          one.replicas().stream()
              .map(id -> Optional.ofNullable(RACKS.get(id)).orElseThrow())
              .collect(Collectors.toSet()),
          one::toString);
    }
    long on1 = partitions.stream().filter(one -> one.replicas().contains(1)).count();
    assertTrue(Math.abs(2 * on1 - count) <= 2, on1 + " of " + count + " are on node 1");
  }

  private static void assertShown(String described) {
    RACKS.forEach((id, rack) ->
        assertTrue(
            described
                .lines()
                .anyMatch(line ->
                    line.startsWith("\tNode: " + id + "\t")
                        && line.contains("\tRack: " + rack + "\t")),
            described));
  }
}
