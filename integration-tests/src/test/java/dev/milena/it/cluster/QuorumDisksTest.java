package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.SmallDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disks of the quorum's leader, and of two voters of three, fill: who is out of space ends with
 * its folder's name; what was acknowledged is there when there is space again.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(400)
class QuorumDisksTest {
  private static final int STORAGE = 3;
  private static final int WRITERS = 8;
  private static final Duration FULL_WITHIN = Duration.ofMinutes(3);
  private static final Duration BACK_WITHIN = Duration.ofSeconds(30);

  /** Ratis wants 256 MiB free at a start; its log lays out a MiB at a time. */
  private static final int DISK_MIB = 300;

  @TempDir Path folder;

  private final TopicHistory topics = new TopicHistory();
  private final List<String> acknowledged = new ArrayList<>();
  private final Map<Integer, SmallDisk> disks = new TreeMap<>();
  private Cluster cluster = Cluster.NONE;

  @BeforeAll
  static void needsMount() {
    SmallDisk.assumeMountable();
  }

  @BeforeEach
  void start() throws Exception {
    cluster = Cluster.of(folder, 3);
    for (int id = 1; id <= 3; id++) {
      SmallDisk disk = SmallDisk.mount(folder.resolve("disk-" + id), DISK_MIB);
      disks.put(id, disk);
      cluster.dress(id, Cluster.Launch.with("metadata.log.dir=" + disk.path().resolve("quorum")));
    }
    cluster.startAll();
  }

  @AfterEach
  void end() throws Exception {
    topics.close();
    cluster.close();
    for (SmallDisk disk : disks.values()) {
      disk.close();
    }
  }

  @Test
  void aLeaderWhoseDiskIsFullEndsAndTheOthersGoOnUntilItIsBack() throws Exception {
    int leader = cluster.leader();
    int other = 1 + leader % 3;
    create(leader);
    NodeProcess node = cluster.node(leader);
    disk(leader).fill();

    writeUntilItEnds(node, other);

    assertEquals(STORAGE, node.awaitExit());
    assertSays(node, leader, "No space left on device");
    create(other);
    NodeProcess again = cluster.launch(leader);
    assertEquals(STORAGE, again.awaitExit(), again.errors());
    assertSays(again, leader, " is on a full disk; free some space there");

    disk(leader).empty();
    cluster.launch(leader);
    Cluster.await("it is back", BACK_WITHIN, () -> cluster.isReady(leader));
    create(leader);
    assertAllIsThere();
  }

  /** The log is laid out a MiB at a time: what is written has to fill that before it wants more. */
  private void writeUntilItEnds(NodeProcess node, int other) throws Exception {
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      String prefix = "w" + i + "-" + "long".repeat(50) + "-";
      writers.add(Thread.ofPlatform().daemon().start(() -> write(node, other, prefix)));
    }
    Cluster.await("the leader has ended", FULL_WITHIN, () -> !node.isAlive());
    for (Thread writer : writers) {
      writer.join();
    }
  }

  private void write(NodeProcess node, int other, String prefix) {
    for (int i = 0; node.isAlive(); i++) {
      String address = cluster.clientsOf(other);
      topics.ask(address, prefix + i, 1, 1, 2_000);
      topics.delete(address, prefix + i, 2_000);
    }
  }

  @Test
  void twoVotersWhoseDisksAreFullEndAndAllIsThereWhenThereIsSpaceAgain() throws Exception {
    int leader = cluster.leader();
    List<Integer> full = cluster.up().stream().filter(id -> id != leader).toList();
    create(leader);
    List<NodeProcess> nodes = full.stream().map(cluster::node).toList();
    for (int id : full) {
      disk(id).fill();
    }
    create(leader);
    // The next term begins a file of the log of its own, which wants space at once.
    cluster.kill(leader);

    for (int i = 0; i < full.size(); i++) {
      assertEquals(STORAGE, nodes.get(i).awaitExit(), nodes.get(i).errors());
      assertSays(nodes.get(i), full.get(i), "No space left on device");
    }
    cluster.launch(leader);
    Cluster.await("it has no quorum", () -> cluster.get(leader, "/livez").equals("ok\n"));
    assertNotEquals(
        Outcome.DONE, topics.ask(cluster.clientsOf(leader), "alone", 1, 1, 5_000).outcome());

    for (int id : full) {
      disk(id).empty();
      cluster.launch(id);
    }
    Cluster.await(
        "all are back", BACK_WITHIN, () -> cluster.up().stream().allMatch(cluster::isReady));
    create(full.getFirst());
    assertAllIsThere();
  }

  private SmallDisk disk(int id) {
    return disks.entrySet().stream()
        .filter(one -> one.getKey() == id)
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  private void create(int at) {
    String name = "topic-" + topics.size();
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(at), name, 1, 1), name);
    acknowledged.add(name);
  }

  private void assertAllIsThere() throws Exception {
    cluster.awaitOneState();
    for (int id : cluster.up()) {
      for (String name : acknowledged) {
        assertTrue(topics.look(cluster.clientsOf(id), name).isPresent(), name + " at " + id);
      }
    }
    assertEquals(Map.of(), topics.impossible());
  }

  /** One sentence with the folder, and that it is a matter of space. */
  private void assertSays(NodeProcess node, int id, String words) throws Exception {
    List<String> said = node.errors().lines().filter(line -> line.startsWith("milena: ")).toList();
    assertEquals(1, said.size(), node.errors());
    assertTrue(said.getFirst().contains(disk(id).path().toString()), said.getFirst());
    assertTrue(said.getFirst().contains(words), said.getFirst());
  }
}
