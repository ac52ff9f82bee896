package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.OutgoingRecord;
import dev.milena.client.Producer;
import dev.milena.client.ProducerSettings;
import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.it.process.NodeProcess;
import dev.milena.proto.v1.PartitionDescription;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, and what a cluster must bear; docs/FAULTS.md says which fault is tried where. */
@Timeout(300)
class FaultsTest {
  /** Each takes up to three seconds. */
  private static final int STARTS = Boolean.getBoolean("cluster.faults") ? 30 : 10;

  private static final long SEED = Long.getLong("cluster.seed", System.nanoTime());

  @TempDir Path folder;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final TopicHistory topics = new TopicHistory();
  private Cluster cluster = Cluster.NONE;

  @BeforeEach
  void start() throws Exception {
    System.out.println("cluster.seed=" + SEED);
    cluster = Cluster.started(folder, 3);
  }

  @AfterEach
  void end() throws Exception {
    topics.close();
    cluster.close();
  }

  @Test
  void allNodesKilledAtOnceComeBackWithAllThatWasAcknowledged() throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String name = "t" + i;
      assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(1 + i % 3), name, 2, 1 + i % 3));
      names.add(name);
    }
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(1), "data", 6, 1));
    names.add("data");
    Map<Integer, String> leaders = leaders("data");
    assertEquals(3, Set.copyOf(leaders.values()).size(), "each node leads: " + leaders);
    RecordLoad records = RecordLoad.start("data", leaders, random.split());
    names.addAll(killAllUnderLoad(records));

    cluster.startAll();

    for (String name : names) {
      for (int id : cluster.up()) {
        assertTrue(topics.look(cluster.clientsOf(id), name).isPresent(), name + " at " + id);
      }
    }
    for (Map.Entry<Integer, String> one : leaders.entrySet()) {
      long end = records.assertStored(one.getValue(), one.getKey());
      assertEquals(end, Records.append(one.getValue(), "data", one.getKey(), "afterwards"));
    }
    Cluster.await(
        "all are in sync again, and lead what they should",
        () -> names.stream().allMatch(name -> isBalanced(cluster.clientsOf(1), name)));
    cluster.awaitOneState();
    assertEquals(Map.of(), topics.impossible());
  }

  /** At a moment of chance, with topics created and deleted too; which were acknowledged. */
  private List<String> killAllUnderLoad(RecordLoad records) throws Exception {
    TopicLoad changes = TopicLoad.start(topics, addresses(), "load", random.split());
    Map<Integer, Integer> begun = changes.done(cluster.up());
    int some = random.nextInt(5, 20);
    try {
      Cluster.await(
          "all is under way",
          () -> changes.doneSince(begun, some) && records.fewestAcknowledged() >= 10 * some);
      records.mayFail();
      cluster.killAll();
    } finally {
      changes.abandon();
      records.abandon();
    }
    records.stop();
    return changes.stop();
  }

  private Map<Integer, String> addresses() {
    return cluster.up().stream().collect(Collectors.toMap(id -> id, cluster::clientsOf));
  }

  /** Where each partition of a topic is led. */
  private Map<Integer, String> leaders(String topic) {
    return topics.partitions(cluster.clientsOf(1), topic).stream()
        .collect(
            Collectors.toMap(
                PartitionDescription::getPartition, row -> cluster.clientsOf(row.getLeader())));
  }

  private boolean isBalanced(String address, String topic) {
    return topics.partitions(address, topic).stream()
        .allMatch(row ->
            row.getIsrCount() == row.getReplicasCount()
                && row.hasLeader()
                && row.getLeader() == row.getReplicas(0));
  }

  @Test
  void aLeaderThatStandsStillIsReplacedOnceAndFollowsAfterwards() throws Exception {
    int first = cluster.leader();
    int other = 1 + first % 3;
    double termBefore = cluster.metric(other, "milena_quorum_terms_total").orElseThrow();

    cluster.pause(first);
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(other), "meanwhile", 1, 1));
    Cluster.await(
        "the one that stands still is fenced",
        () ->
            cluster.get(other, "/metrics").contains("milena_metadata_brokers{state=\"fenced\"} 1"));
    cluster.resume(first);

    Cluster.await(
        "it is let in again",
        () -> cluster.get(other, "/metrics").contains("milena_metadata_brokers{state=\"up\"} 3"));
    Cluster.await("it is back", () -> cluster.isReady(first));
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(first), "afterwards", 1, 3));
    assertTrue(topics.look(cluster.clientsOf(first), "meanwhile").isPresent());
    double changes = cluster.metric(other, "milena_quorum_terms_total").orElseThrow() - termBefore;
    assertTrue(changes >= 1 && changes <= 2, changes + " terms were begun for one pause");
    cluster.awaitOneState();
    assertEquals(Map.of(), topics.impossible());
  }

  @Test
  void aNodeThatIsKilledAgainAndAgainWhileItStartsComesUpInTheEnd() throws Exception {
    List<String> names = List.of("t0", "t1", "t2", "t3", "t4");
    for (String name : names) {
      assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(3), name, 3, 3));
    }
    cluster.kill(3);
    for (int i = 0; i < STARTS; i++) {
      cluster.launch(3);
      // The moment is chance, not a wait for something.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(100, 3_000)));
      cluster.kill(3);
    }

    cluster.start(3);

    for (String name : names) {
      for (int id : cluster.up()) {
        assertTrue(topics.look(cluster.clientsOf(id), name).isPresent(), name + " at " + id);
      }
    }
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(3), "afterwards", 3, 3));
    cluster.awaitOneState();
    assertEquals(Map.of(), topics.impossible());
  }

  @Test
  void withoutAMajorityRecordsFlowAndMetadataWaits() throws Exception {
    int survivor = cluster.leader();
    String address = cluster.clientsOf(survivor);
    assertEquals(Outcome.DONE, topics.create(address, "data", 12, 1));
    int partition = ledBy(survivor, "data");
    for (int id : cluster.up()) {
      if (id != survivor) {
        cluster.kill(id);
      }
    }

    Cluster.await(
        "not ready without a quorum",
        Duration.ofSeconds(30),
        () -> cluster.get(survivor, "/readyz").equals("no_quorum\n"));
    assertEquals("ok\n", cluster.get(survivor, "/livez"));
    produce(address, "data", partition);
    assertEquals("x", Records.first(address, "data", partition));
    assertEquals(Outcome.UNKNOWN, topics.ask(address, "not-now", 1, 1, 10_000).outcome());

    for (int id = 1; id <= 3; id++) {
      if (id != survivor) {
        cluster.launch(id);
      }
    }
    Cluster.await("all are ready", () -> cluster.up().stream().allMatch(cluster::isReady));
    assertEquals(Outcome.DONE, topics.create(address, "again", 1, 3));
    assertEquals(Map.of(), topics.impossible());
  }

  /** Nobody is left who could take over or fence it: the two go down before it is asked to stop. */
  @Test
  void theLastOfThreeThatIsAskedToStopWaitsForNobody() throws Exception {
    int last = cluster.leader();
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(last), "data", 12, 1));
    produce(cluster.clientsOf(last), "data", ledBy(last, "data"));
    for (int id : cluster.up()) {
      if (id != last) {
        cluster.kill(id);
      }
    }

    long tookMs = stopMs(last);

    System.out.println("the last of three stopped in " + tookMs + " ms");
    assertTrue(tookMs < 6_000, tookMs + " ms");
  }

  @Test
  void threeThatAreAskedToStopOneAfterTheOtherAllDoSoInOrder() throws Exception {
    for (int id : cluster.up()) {
      NodeProcess node = cluster.node(id);
      long tookMs = stopMs(id);
      System.out.println("node " + id + " stopped in " + tookMs + " ms");
      assertTrue(tookMs < 6_000, tookMs + " ms; it said last:\n" + node.lastErrors());
    }
  }

  private long stopMs(int id) throws Exception {
    long beganNanos = System.nanoTime();
    assertEquals(0, cluster.stop(id));
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos);
  }

  private int ledBy(int node, String topic) {
    try (MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clientsOf(node)))) {
      return client.admin().describeTopics(List.of(topic)).getFirst().partitions().stream()
          .filter(one -> one.leader().orElse(-1) == node)
          .findFirst()
          .orElseThrow()
          .partition();
    }
  }

  private static void produce(String address, String topic, int partition) throws Exception {
    try (MilenaClient client = MilenaClient.connect(ClientSettings.of(address));
        Producer producer = client.producer(ProducerSettings.defaults())) {
      producer
          .send(
              OutgoingRecord.of(topic, ByteBuffer.wrap("x".getBytes(StandardCharsets.UTF_8)))
                  .to(partition))
          .get(30, TimeUnit.SECONDS);
    }
  }
}
