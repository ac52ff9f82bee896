package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.process.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A slip in the settings of a first start is corrected there, and nowhere else. */
@Timeout(240)
class FirstStartTest {
  @TempDir Path folder;

  private Cluster cluster = Cluster.NONE;

  @AfterEach
  void end() throws Exception {
    cluster.close();
  }

  @Test
  void aVoterWhoseListHadAnotherPortComesWithTheCorrectedOne() throws Exception {
    cluster = Cluster.of(folder, 3);
    String slip =
        "controller.quorum.voters=1@%s,2@%s,3@%s"
            .formatted(cluster.quorumOf(1), cluster.quorumOf(2), cluster.quorumOf(3))
            .replace("1@" + cluster.quorumOf(1), "1@localhost:" + portOf(1));
    cluster.launch(3, slip);
    cluster.launch(1);
    cluster.launch(2);

    // who asks first is told, and ends; whoever met it then may wait for it, for nobody is there
    Cluster.await("one of them has ended", () -> !ended().isEmpty());
    NodeProcess first = cluster.node(ended().getFirst());
    assertEquals(2, first.awaitExit(), first.errors());
    assertTrue(
        first.errors().contains("it follows from controller.quorum.voters, which is "),
        first.errors());
    cluster.kill(3);
    cluster.launch(3);

    Cluster.await("all are ready", this::allAreReadyOrStartedAgain);
  }

  @Test
  void aNodeThatWasGivenAListOfItsOwnJoinsWithoutOne() throws Exception {
    cluster = Cluster.started(folder, 3);
    NodeProcess fourth =
        cluster.launch(
            4, "controller.quorum.voters=1@" + cluster.quorumOf(1) + ",4@" + cluster.quorumOf(4));
    assertEquals(2, fourth.awaitExit());

    NodeProcess again = cluster.start(4);

    assertTrue(again.errors().contains("this node has no vote in the quorum"), again.lastErrors());
  }

  private List<Integer> ended() {
    return cluster.up().stream().filter(id -> !cluster.node(id).isAlive()).toList();
  }

  /** Who had met the third with its slip ends too. */
  private boolean allAreReadyOrStartedAgain() {
    boolean ready = true;
    for (int id = 1; id <= 3; id++) {
      if (!cluster.node(id).isAlive()) {
        startAgain(id);
      }
      ready &= cluster.isReady(id);
    }
    return ready;
  }

  private void startAgain(int id) {
    try {
      assertEquals(2, cluster.node(id).awaitExit(), cluster.node(id).errors());
      cluster.launch(id);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("node " + id, e);
    }
  }

  private String portOf(int id) {
    String quorum = cluster.quorumOf(id);
    return quorum.substring(quorum.lastIndexOf(':') + 1);
  }
}
