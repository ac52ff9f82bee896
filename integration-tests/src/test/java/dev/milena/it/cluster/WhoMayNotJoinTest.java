package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.process.NodeProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three voters, and who comes to them by mistake and is refused: nothing happens to them, so all
 * come to the same three.
 */
@Timeout(240)
class WhoMayNotJoinTest {
  @TempDir static Path folder;

  private static Cluster cluster = Cluster.NONE;

  @BeforeAll
  static void start() throws Exception {
    cluster = Cluster.started(folder, 3);
  }

  @AfterAll
  static void end() throws Exception {
    cluster.close();
  }

  /** The next comes to the same three. */
  @AfterEach
  void allThreeAreReady() {
    for (int id = 1; id <= 3; id++) {
      assertTrue(cluster.isReady(id), "node " + id);
    }
  }

  @Test
  void aNodeWithTheIdOfAnotherIsToldWhoHasIt() throws Exception {
    NodeProcess second = cluster.launch(5, "node.id=2", "process.roles=broker");

    assertEquals(1, second.awaitExit());
    String said = lastSentence(second);
    assertTrue(
        said.startsWith(
            "milena: node.id 2 is in use by a node at " + cluster.clientsOf(2) + " that is up"),
        said);
    Cluster.await("node 2 goes on", () -> cluster.isReady(2));
  }

  @Test
  void aNodeOfAnotherClusterByItsVotersOrByItsClustersIdIsRefused() throws Exception {
    NodeProcess stranger =
        cluster.launch(
            4, "controller.quorum.voters=1@" + cluster.quorumOf(1) + ",4@" + cluster.quorumOf(4));

    assertEquals(2, stranger.awaitExit());
    String said = lastSentence(stranger);
    assertTrue(
        said.startsWith("milena: controller.quorum.voters names 1@" + cluster.quorumOf(1)), said);
    assertTrue(said.contains(" that node is of another cluster: "), said);

    NodeProcess told =
        cluster.launch(4, "process.roles=broker", "cluster.id=AAAAAAAAAAAAAAAAAAAAAA");

    assertEquals(2, told.awaitExit());
    String why = lastSentence(told);
    assertTrue(why.startsWith("milena: controller.quorum.bootstrap.servers lead to cluster "), why);
    assertTrue(why.contains(", and cluster.id is AAAAAAAAAAAAAAAAAAAAAA; "), why);
  }

  @Test
  void aVoterWhoseSettingsLeaveItOutIsRefused() throws Exception {
    assertEquals(0, cluster.stop(3));

    NodeProcess contradicted =
        cluster.launch(
            3,
            "controller.quorum.voters=1@" + cluster.quorumOf(1) + ",2@" + cluster.quorumOf(2),
            "controller.quorum.bootstrap.servers=" + cluster.clientsOf(1));

    assertEquals(2, contradicted.awaitExit());
    String said = lastSentence(contradicted);
    assertTrue(said.contains("does not name node 3, which is a voter by its own data"), said);
    cluster.start(3);
  }

  @Test
  void aVoterIsNotStartedAsABrokerAlone() throws Exception {
    assertEquals(0, cluster.stop(3));

    NodeProcess alone =
        cluster.launch(
            3,
            "process.roles=broker",
            "controller.quorum.voters=1@" + cluster.quorumOf(1) + ",2@" + cluster.quorumOf(2),
            "controller.quorum.bootstrap.servers=" + cluster.clientsOf(1));

    assertEquals(2, alone.awaitExit());
    String said = lastSentence(alone);
    assertTrue(said.contains("node 3 is a voter by its own data"), said);
    cluster.start(3);
  }

  /** Other threads may log something behind it. */
  private static String lastSentence(NodeProcess node) throws Exception {
    return node.errors()
        .lines()
        .filter(line -> line.startsWith("milena: "))
        .reduce("", (_, line) -> line);
  }
}
