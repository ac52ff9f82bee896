package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.it.process.NodeProcess;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three voters, and who comes to them with an emptied disk, or without a vote. */
@Timeout(240)
class WhoMayJoinTest {
  @TempDir Path folder;

  private final TopicHistory topics = new TopicHistory();
  private Cluster cluster = Cluster.NONE;

  @BeforeEach
  void start() throws Exception {
    cluster = Cluster.started(folder, 3);
  }

  @AfterEach
  void end() throws Exception {
    topics.close();
    cluster.close();
  }

  @Test
  void aVoterWhoseDiskWasEmptiedServesWithoutAVote() throws Exception {
    cluster.kill(3);
    cluster.empty(3);

    NodeProcess emptied = cluster.start(3);

    String mends = "it was emptied; kafkactl quorum --add-voter 3@" + cluster.quorumOf(3);
    assertTrue(emptied.errors().contains(mends), emptied.lastErrors());
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(3), "a", 3, 3));
    assertEquals(topics.look(cluster.clientsOf(3), "a"), topics.look(cluster.clientsOf(1), "a"));

    // of the three that vote one is up: it and the emptied node are no majority
    cluster.kill(2);
    assertNotEquals(Outcome.DONE, topics.ask(cluster.clientsOf(1), "b", 1, 1, 3_000).outcome());
    assertNotEquals(Outcome.DONE, topics.ask(cluster.clientsOf(3), "b", 1, 1, 1_000).outcome());
    assertTrue(!topics.shown(cluster.clientsOf(1)).containsKey("b"));

    cluster.start(2);
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(3), "c", 3, 3));
    assertEquals(Map.of(), topics.impossible());
  }

  @Test
  void aBrokerBeyondTheVotersFollowsThemWhoeverLeads() throws Exception {
    cluster.start(4, "process.roles=broker");
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(1), "before", 8, 1));
    assertTrue(topics.look(cluster.clientsOf(4), "before").isPresent());
    assertTrue(cluster.metric(4, "milena_broker_led_partitions").orElse(0.0) >= 1);

    cluster.kill(cluster.leader());

    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(4), "after", 8, 1));
    for (int id : cluster.up()) {
      assertTrue(topics.look(cluster.clientsOf(id), "after").isPresent(), "node " + id);
    }
    assertEquals(0, cluster.stop(4));
  }
}
