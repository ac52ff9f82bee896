package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.SmallDisk;
import dev.milena.proto.v1.StoredRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The only disk of one node of three fills, with its records and its part of the quorum on it: the
 * others go on, and nothing that was acknowledged is lost, whether it stays up or not.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(180)
class NodeDiskTest {
  private static final String DATA = "data";
  private static final int PARTITIONS = 6;
  private static final int VALUE_BYTES = 100_000;

  /** Far more than fits into what a file had laid out before the disk was full. */
  private static final int VALUES_AT_MOST = 500;

  @TempDir Path folder;

  private final SmallDiskCluster voters = new SmallDiskCluster();

  /** Of a partition what was acknowledged, in order. */
  private final Map<Integer, List<ByteString>> acknowledged = new TreeMap<>();

  private Map<Integer, Integer> leaders = Map.of();

  @BeforeAll
  static void needsMount() {
    SmallDisk.assumeMountable();
  }

  @BeforeEach
  void start() throws Exception {
    voters.startWhole(folder);
    voters.create(1, DATA, PARTITIONS);
    leaders = leaders(DATA);
    assertEquals(3, leaders.values().stream().distinct().count(), leaders::toString);
    for (int partition : leaders.keySet()) {
      assertEquals("", append(partition, 10));
    }
  }

  @AfterEach
  void end() throws Exception {
    voters.close();
  }

  @Test
  void recordsAreRefusedThereUntilThereIsSpaceAgainAndTheOthersGoOn() throws Exception {
    Cluster cluster = voters.cluster();
    int leader = cluster.leader();
    int full = 1 + leader % 3;
    int other = 6 - leader - full;
    NodeProcess node = cluster.node(full);
    voters.disk(full).fill();

    for (int partition : ledBy(full)) {
      assertEquals("STORAGE_FULL", refusal(partition));
      assertRead(partition);
    }
    assertOthersGoOn(full);
    voters.create(leader);
    // Some of it falls to the node that has no room for it.
    voters.create(other, "meanwhile", PARTITIONS);
    assertTrue(leaders("meanwhile").containsValue(full));

    voters.disk(full).empty();
    for (int partition : ledBy(full)) {
      Cluster.await(
          "records are taken again",
          SmallDiskCluster.BACK_WITHIN,
          () -> append(partition, VALUE_BYTES).isEmpty());
    }
    for (Map.Entry<Integer, Integer> one : leaders("meanwhile").entrySet()) {
      Cluster.await(
          "those of a topic that was created meanwhile too",
          SmallDiskCluster.BACK_WITHIN,
          () ->
              refusal("meanwhile", one.getKey(), one.getValue(), ByteString.copyFromUtf8("x"))
                  .isEmpty());
    }
    assertTrue(node.isAlive(), node::state);
    assertAllIsThere(full);
  }

  @Test
  void whoCannotWriteTheQuorumsLogEndsAndIsBackWithAllItHadWhenThereIsSpace() throws Exception {
    Cluster cluster = voters.cluster();
    int leader = cluster.leader();
    int full = 1 + leader % 3;
    NodeProcess node = cluster.node(full);
    voters.disk(full).fill();
    for (int partition : ledBy(full)) {
      assertEquals("STORAGE_FULL", refusal(partition));
    }
    // The next leader's term begins a file of the log of its own, which wants space at once.
    cluster.kill(leader);

    voters.assertEndsFull(
        node, full, "cannot be written: No space left on device; see to the disk under ");
    cluster.start(leader);
    assertOthersGoOn(full);
    voters.create(leader);
    voters.assertEndsFull(cluster.launch(full), full, "full disk; free some space there");

    voters.launchWithSpace(full);
    assertAllIsThere(full);
  }

  private Map<Integer, Integer> leaders(String topic) {
    return voters.topics().partitions(voters.cluster().clientsOf(1), topic).stream()
        .collect(Collectors.toMap(row -> row.getPartition(), row -> row.getLeader()));
  }

  private List<Integer> ledBy(int node) {
    return leaders.keySet().stream().filter(one -> leaders.getOrDefault(one, 0) == node).toList();
  }

  /** Appends until it is refused, and says why. */
  private String refusal(int partition) {
    String refused = "";
    for (int i = 0; i < VALUES_AT_MOST && refused.isEmpty(); i++) {
      refused = append(partition, VALUE_BYTES);
    }
    return refused;
  }

  /** Appends a record and remembers it, or says why it was refused. */
  private String append(int partition, int bytes) {
    List<ByteString> there = acknowledged.computeIfAbsent(partition, _ -> new ArrayList<>());
    ByteString value =
        ByteString.copyFromUtf8("%s:%s:%s".formatted(partition, there.size(), "x".repeat(bytes)));
    String refused = refusal(DATA, partition, leaders.getOrDefault(partition, 0), value);
    if (refused.isEmpty()) {
      there.add(value);
    }
    return refused;
  }

  private String refusal(String topic, int partition, int leader, ByteString value) {
    try {
      return Records.appendRefusal(voters.cluster().clientsOf(leader), topic, partition, value);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  private void assertOthersGoOn(int full) throws Exception {
    for (Map.Entry<Integer, Integer> one : leaders.entrySet()) {
      if (one.getValue() != full) {
        assertEquals("", append(one.getKey(), 10));
        assertRead(one.getKey());
      }
    }
  }

  /** What was acknowledged is there, in its order, and no more. */
  private void assertRead(int partition) throws Exception {
    String address = voters.cluster().clientsOf(leaders.getOrDefault(partition, 0));
    assertEquals(
        acknowledged.get(partition),
        Records.all(address, DATA, partition).stream().map(StoredRecord::getValue).toList());
  }

  private void assertAllIsThere(int full) throws Exception {
    voters.awaitAllBack();
    for (int partition : leaders.keySet()) {
      assertEquals("", append(partition, 10));
      assertRead(partition);
    }
    voters.create(full);
    voters.assertAllIsThere();
  }
}
