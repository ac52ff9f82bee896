package dev.milena.it.cluster;

import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.SmallDisk;
import java.nio.file.Path;
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
  void aVoterWhoseDiskIsFullEndsAndTheOthersGoOnUntilItIsBack() throws Exception {
    Cluster cluster = voters.cluster();
    int leader = cluster.leader();
    int full = 1 + leader % 3;
    int other = 6 - leader - full;
    voters.create(other);
    NodeProcess node = cluster.node(full);
    voters.disk(full).fill();
    voters.create(other);
    // The next leader's term begins a file of the log of its own, which wants space at once.
    cluster.kill(leader);

    voters.assertEndsFull(
        node, full, "cannot be written: No space left on device; see to the disk under ");
    cluster.start(leader);
    voters.create(other);

    voters.assertEndsFull(cluster.launch(full), full, " is on a full disk; free some space there");

    voters.launchWithSpace(full);
    voters.awaitAllBack();
    voters.create(full);
    voters.assertAllIsThere();
  }
}
