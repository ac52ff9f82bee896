package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.QuorumDetails;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Voters come, go and lose their disks while topics are created and deleted at all nodes. */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(400)
class VotersUnderLoadTest {
  private static final long SEED = Long.getLong("cluster.seed", System.nanoTime());
  private static final Duration GOES_ON_WITHIN = Duration.ofSeconds(60);

  @TempDir Path folder;

  private final TopicHistory topics = new TopicHistory();
  private Cluster cluster = Cluster.NONE;

  @BeforeEach
  void start() throws Exception {
    System.out.println("cluster.seed=" + SEED);
    cluster = Cluster.started(folder, 3);
    cluster.start(4);
  }

  @AfterEach
  void end() throws Exception {
    topics.close();
    cluster.close();
  }

  @Test
  void oneJoinsOneIsRemovedWhileAnotherIsDownAndAnEmptiedOneIsReplaced() throws Exception {
    TopicLoad load = TopicLoad.start(topics, addresses(), "load", new SplittableRandom(SEED));
    try {
      addVoter(4, 1);
      assertVoters(3, 1, 2, 3, 4);
      awaitGoesOn(load, 1, 2, 3, 4);

      cluster.kill(2);
      removeVoter(1, 4);
      assertVoters(4, 2, 3, 4);
      awaitGoesOn(load, 1, 3, 4);
      cluster.start(2);
      awaitGoesOn(load, 1, 2, 3, 4);

      cluster.kill(3);
      cluster.empty(3);
      cluster.start(3);
      addVoter(3, 2);
      assertVoters(1, 2, 3, 4);
      awaitGoesOn(load, 1, 2, 3, 4);
      // its vote counts: without it there were no majority
      cluster.kill(4);
      awaitGoesOn(load, 1, 2, 3);
      cluster.start(4);
    } finally {
      load.abandon();
    }
    assertAllIsThere(load.stop());
  }

  private Map<Integer, String> addresses() {
    return cluster.up().stream().collect(Collectors.toMap(id -> id, cluster::clientsOf));
  }

  private void addVoter(int id, int asked) {
    try (MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clientsOf(asked)))) {
      client.admin().addVoter(id, cluster.quorumOf(id));
    }
  }

  private void removeVoter(int id, int asked) {
    try (MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clientsOf(asked)))) {
      client.admin().removeVoter(id);
    }
  }

  private void assertVoters(int asked, Integer... expected) {
    try (MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clientsOf(asked)))) {
      assertEquals(
          Set.of(expected),
          client.admin().describeQuorum().voters().stream()
              .map(QuorumDetails.Voter::id)
              .collect(Collectors.toSet()));
    }
  }

  /** Each of them has acknowledged five changes more. */
  private static void awaitGoesOn(TopicLoad load, Integer... ids) {
    Map<Integer, Integer> now = load.done(List.of(ids));
    Cluster.await(
        () -> "each goes on; was " + now + ", is " + load.done(now.keySet()),
        GOES_ON_WITHIN,
        () -> load.doneSince(now, 5));
  }

  private void assertAllIsThere(List<String> acknowledged) throws Exception {
    Cluster.await("all are ready", () -> cluster.up().stream().allMatch(cluster::isReady));
    System.out.printf("%s topics acknowledged, %s calls%n", acknowledged.size(), topics.size());
    for (int id : cluster.up()) {
      Set<String> shown = topics.shown(cluster.clientsOf(id)).keySet();
      assertEquals(
          List.of(),
          acknowledged.stream().filter(name -> !shown.contains(name)).toList(),
          "missing at node " + id);
    }
    assertEquals(Map.of(), topics.impossible());
    // it is no member any more, and has no state of its own
    assertEquals(0, cluster.stop(1));
    cluster.awaitOneState();
  }
}
