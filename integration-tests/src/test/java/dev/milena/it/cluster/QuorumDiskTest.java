package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.SmallDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A voter whose quorum's folder has a disk of its own, which fills: it ends, with the folder's
 * name, rather than stay up without a say; the others go on; with space it is back within 30 s.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(180)
class QuorumDiskTest {
  private static final int STORAGE = 3;
  private static final Duration BACK_WITHIN = Duration.ofSeconds(30);

  /** Ratis wants 256 MiB free at a start; its log lays out a MiB at a time. */
  private static final int DISK_MIB = 300;

  @TempDir Path folder;

  private final TopicHistory topics = new TopicHistory();
  private final List<String> acknowledged = new ArrayList<>();
  private final List<SmallDisk> disks = new ArrayList<>();
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
      disks.add(disk);
      cluster.dress(id, Cluster.Launch.with("metadata.log.dir=" + disk.path().resolve("quorum")));
    }
    cluster.startAll();
  }

  @AfterEach
  void end() throws Exception {
    topics.close();
    cluster.close();
    for (SmallDisk disk : disks) {
      disk.close();
    }
  }

  @Test
  void aVoterWhoseDiskIsFullEndsAndTheOthersGoOnUntilItIsBack() throws Exception {
    int leader = cluster.leader();
    int full = 1 + leader % 3;
    int other = 6 - leader - full;
    create(other);
    NodeProcess node = cluster.node(full);
    SmallDisk disk = disks.get(full - 1);
    disk.fill();
    create(other);
    // The next leader's term begins a file of the log of its own, which wants space at once.
    cluster.kill(leader);

    assertEquals(STORAGE, node.awaitExit());
    assertSays(node, disk, "cannot be written: No space left on device; see to the disk under ");
    cluster.start(leader);
    create(other);

    NodeProcess again = cluster.launch(full);
    assertEquals(STORAGE, again.awaitExit(), again.errors());
    assertSays(again, disk, " is on a full disk; free some space there");

    disk.empty();
    cluster.launch(full);
    Cluster.await("it is back", BACK_WITHIN, () -> cluster.isReady(full));
    create(full);
    cluster.awaitOneState();
    for (int id : cluster.up()) {
      for (String name : acknowledged) {
        assertTrue(topics.look(cluster.clientsOf(id), name).isPresent(), name + " at " + id);
      }
    }
    assertEquals(Map.of(), topics.impossible());
  }

  private void create(int at) {
    String name = "topic-" + topics.size();
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(at), name, 1, 1), name);
    acknowledged.add(name);
  }

  /** One sentence with the folder, and that it is a matter of space. */
  private static void assertSays(NodeProcess node, SmallDisk disk, String words) throws Exception {
    List<String> said = node.errors().lines().filter(line -> line.startsWith("milena: ")).toList();
    assertEquals(1, said.size(), node.errors());
    assertTrue(said.getFirst().contains(disk.path().toString()), said.getFirst());
    assertTrue(said.getFirst().contains(words), said.getFirst());
  }
}
