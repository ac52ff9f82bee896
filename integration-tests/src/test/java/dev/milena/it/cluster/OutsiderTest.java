package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.MilenaException;
import dev.milena.client.NodeDetails;
import dev.milena.it.cluster.TopicHistory.Outcome;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A broker beyond the three voters: it loses all of them, and is given up in the end. */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(300)
class OutsiderTest {
  private static final int OUTSIDER = 4;

  @TempDir Path folder;

  private final TopicHistory topics = new TopicHistory();
  private Cluster cluster = Cluster.NONE;

  @BeforeEach
  void start() throws Exception {
    cluster = Cluster.started(folder, 3);
    cluster.start(OUTSIDER, "process.roles=broker");
  }

  @AfterEach
  void end() throws Exception {
    topics.close();
    cluster.close();
  }

  @Test
  void aBrokerWhoseVotersAreAllGoneSaysSoAndServesAgainWhenTheyAreBack() throws Exception {
    for (int id = 1; id <= 3; id++) {
      cluster.kill(id);
    }

    Cluster.await(
        "it knows of no quorum", () -> cluster.get(OUTSIDER, "/readyz").equals("no_quorum\n"));
    assertEquals("ok\n", cluster.get(OUTSIDER, "/livez"));
    Outcome without = topics.ask(cluster.clientsOf(OUTSIDER), "meanwhile", 1, 1, 5_000).outcome();
    assertEquals(Outcome.UNKNOWN, without);

    cluster.startAll();
    Cluster.await("it is ready again", () -> cluster.isReady(OUTSIDER));
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(OUTSIDER), "afterwards", 8, 4));
    for (int id : cluster.up()) {
      assertTrue(topics.look(cluster.clientsOf(id), "afterwards").isPresent(), "node " + id);
    }
    assertEquals(Map.of(), topics.impossible());
  }

  @Test
  void aBrokerIsForgottenWhenItIsGoneAndHoldsNothing() throws Exception {
    String address = cluster.clientsOf(1);
    assertEquals(Outcome.DONE, topics.create(address, "on-all", 2, 4));
    try (MilenaClient client = MilenaClient.connect(ClientSettings.of(address))) {
      assertRefused(client, "broker 4 at 127.0.0.1:");

      cluster.kill(OUTSIDER);
      Cluster.await(
          "it is fenced", () -> row(client).standing().state() == NodeDetails.State.FENCED);
      assertRefused(client, "broker 4 holds 2 replicas, the first of partition on-all-0");

      assertEquals(Outcome.DONE, topics.delete(address, "on-all"));
      client.admin().decommission(OUTSIDER);
      for (int id = 1; id <= 3; id++) {
        assertForgotten(id);
      }
    }
  }

  private static void assertRefused(MilenaClient client, String words) {
    MilenaException refused =
        assertThrows(MilenaException.class, () -> client.admin().decommission(OUTSIDER));
    assertEquals("BROKER_IN_USE", refused.reason());
    assertTrue(String.valueOf(refused.getMessage()).contains(words), refused.getMessage());
  }

  private static NodeDetails row(MilenaClient client) {
    return client.admin().describeNodes().nodes().stream()
        .filter(node -> node.id() == OUTSIDER)
        .findFirst()
        .orElseThrow();
  }

  /** Every broker knows by the time that the answer is there. */
  private void assertForgotten(int at) {
    try (MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clientsOf(at)))) {
      assertFalse(
          client.admin().describeNodes().nodes().stream().anyMatch(node -> node.id() == OUTSIDER),
          "node " + at + " still shows it");
    }
  }
}
