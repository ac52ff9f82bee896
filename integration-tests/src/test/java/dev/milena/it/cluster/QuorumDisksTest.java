package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.SmallDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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
  private static final int WRITERS = 8;
  private static final Duration FULL_WITHIN = Duration.ofMinutes(3);

  private static final Set<String> WITHOUT_QUORUM = Set.of("no_quorum\n", "starting\n");

  @TempDir Path folder;

  private final SmallDiskCluster voters = new SmallDiskCluster();

  @BeforeAll
  static void needsMount() {
    SmallDisk.assumeMountable();
  }

  @BeforeEach
  void start() throws Exception {
    voters.start(folder);
  }

  @AfterEach
  void end() throws Exception {
    voters.close();
  }

  @Test
  void aLeaderWhoseDiskIsFullEndsAndTheOthersGoOnUntilItIsBack() throws Exception {
    Cluster cluster = voters.cluster();
    int leader = cluster.leader();
    int other = 1 + leader % 3;
    voters.create(leader);
    NodeProcess node = cluster.node(leader);
    voters.disk(leader).fill();

    writeUntilItEnds(node, other);

    voters.assertEndsFull(node, leader, "No space left on device");
    voters.create(other);
    voters.assertEndsFull(
        cluster.launch(leader), leader, " is on a full disk; free some space there");

    voters.launchWithSpace(leader);
    voters.awaitAllBack();
    voters.create(leader);
    voters.assertAllIsThere();
  }

  /** The log is laid out a MiB at a time: what is written has to fill that before it wants more. */
  private void writeUntilItEnds(NodeProcess node, int other) throws Exception {
    Writers writers = new Writers();
    for (int i = 0; i < WRITERS; i++) {
      String prefix = "w" + i + "-" + "long".repeat(50) + "-";
      writers.start("writer-" + i, () -> write(node, other, prefix));
    }
    Cluster.await(
        "the leader has ended",
        FULL_WITHIN,
        () -> {
          writers.assertNoneFailed();
          return !node.isAlive();
        });
    writers.join();
  }

  private void write(NodeProcess node, int other, String prefix) {
    for (int i = 0; node.isAlive(); i++) {
      String address = voters.cluster().clientsOf(other);
      voters.topics().ask(address, prefix + i, 1, 1, 2_000);
      voters.topics().delete(address, prefix + i, 2_000);
    }
  }

  @Test
  void twoVotersWhoseDisksAreFullEndAndAllIsThereWhenThereIsSpaceAgain() throws Exception {
    Cluster cluster = voters.cluster();
    int leader = cluster.leader();
    List<Integer> full = cluster.up().stream().filter(id -> id != leader).toList();
    voters.create(leader);
    List<NodeProcess> nodes = full.stream().map(cluster::node).toList();
    for (int id : full) {
      voters.disk(id).fill();
    }
    voters.create(leader);
    // Who stands has to write down its vote, and the next term begins a file of the log of its own.
    cluster.kill(leader);
    // The other one, alone, has nothing to write until somebody is there to vote with.
    cluster.launch(leader);

    for (int i = 0; i < full.size(); i++) {
      voters.assertEndsFull(nodes.get(i), full.get(i), "No space left on device");
    }
    // It says starting if it was not let in again before the last of them ended.
    Cluster.await(
        "it has no quorum", () -> WITHOUT_QUORUM.contains(cluster.get(leader, "/readyz")));
    assertEquals("ok\n", cluster.get(leader, "/livez"));
    assertNotEquals(
        Outcome.DONE,
        voters.topics().ask(cluster.clientsOf(leader), "alone", 1, 1, 5_000).outcome());

    for (int id : full) {
      voters.launchWithSpace(id);
    }
    voters.awaitAllBack();
    voters.create(full.getFirst());
    voters.assertAllIsThere();
  }
}
