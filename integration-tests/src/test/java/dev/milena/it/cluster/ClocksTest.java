package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.it.process.WrongClock;
import dev.milena.proto.v1.PartitionDescription;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes whose wall clocks are wrong, jump and shake, and one of which counts its seconds from
 * another beginning: nobody is fenced or replaced for it, all decide alike, and retention takes
 * nothing that is not old.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(240)
class ClocksTest {
  /** How often a clock shakes; the row of the fault says so. */
  private static final long SHAKE_MS = 200;

  private static final int SHAKES = 20;

  /** Rounds of retention over all partitions of a node: one by a clock that is wrong is enough. */
  private static final int ROUNDS = 5;

  private static final String CHECKS = "milena_broker_retention_checks_total";
  private static final double NINE_YEARS_SECONDS = 9 * 365 * 86_400.0;
  private static final int PARTITIONS = 6;
  private static final int RECORDS = 3;

  @TempDir Path folder;

  private final TopicHistory topics = new TopicHistory();
  private final Map<Integer, WrongClock> clocks = new TreeMap<>();
  private final List<String> acknowledged = new ArrayList<>();
  private Cluster cluster = Cluster.NONE;

  @BeforeEach
  void start() throws Exception {
    WrongClock.assumePossible();
    cluster = Cluster.of(folder, 3);
    for (int id = 1; id <= 3; id++) {
      WrongClock clock = WrongClock.right(folder.resolve("clock-" + id));
      clocks.put(id, clock);
      List<String> before =
          id == 3
              ? List.of(
                  "unshare", "--time", "--monotonic", "1000000", "--boottime", "1000000", "--")
              : List.of();
      cluster.dress(
          id,
          new Cluster.Launch(
              clock.environment(), before, List.of("log.retention.check.interval.ms=500")));
    }
    cluster.startAll();
  }

  @AfterEach
  void end() throws Exception {
    topics.close();
    cluster.close();
  }

  @Test
  void wallClocksThatAreWrongJumpOrShakeChangeNothing() throws Exception {
    int leader = cluster.leader();
    int behind = 1 + leader % 3;
    int right = 6 - leader - behind;
    assertTrue(
        Files.readString(Path.of("/proc", "" + cluster.node(3).pid(), "timens_offsets"))
            .contains(" 1000000 "),
        "node 3 has a time of its own");
    create(right, 6);
    String kept = acknowledged.getFirst();
    Map<Integer, Integer> leaders = new TreeMap<>();
    for (PartitionDescription one : topics.partitions(cluster.clientsOf(right), kept)) {
      leaders.put(one.getPartition(), one.getLeader());
      Records.append(cluster.clientsOf(one.getLeader()), kept, one.getPartition(), "kept");
    }
    double terms = terms();

    set(leader, "+10y");
    set(behind, "-1h");
    createAtEach();
    set(right, "+1h");
    set(leader, "-1h");
    createAtEach();
    shake(behind);
    createAtEach();

    assertEquals(terms, terms(), "another leader for the sake of a clock");
    assertTrue(
        cluster.get(right, "/metrics").contains("milena_metadata_brokers{state=\"up\"} 3"),
        "somebody was fenced");
    for (Map.Entry<Integer, Integer> one : leaders.entrySet()) {
      String address = cluster.clientsOf(one.getValue());
      assertEquals("kept", Records.first(address, kept, one.getKey()), "at " + one.getValue());
    }
    // With a clock that has gone back, and the time of the metadata ten years ahead.
    cluster.kill(behind);
    cluster.start(behind);
    createAtEach();
    cluster.awaitOneState();
    for (int id : cluster.up()) {
      for (String name : acknowledged) {
        assertTrue(topics.look(cluster.clientsOf(id), name).isPresent(), name + " at " + id);
      }
    }
    assertEquals(Map.of(), topics.impossible());
  }

  @Test
  void retentionTakesNothingForAWrongClockHoweverLongItStands() throws Exception {
    int leader = cluster.leader();
    int other = 1 + leader % 3;
    int third = 6 - leader - other;
    Map<Integer, Integer> leaders = writeTo("days", "86400000");

    set(leader, "+10y");
    set(other, "-1h");
    set(third, "+1h");
    for (int id : cluster.up()) {
      awaitChecks(id);
    }
    assertNothingGone("days", leaders);
    awaitAhead(leader, true);
    assertTrue(
        cluster.node(leader).errors().contains("clock is far from the clocks of the other"),
        "the operator is told");
    set(leader, "+0s");
    awaitAhead(leader, false);

    // in good order: what a start recovers counts as younger
    assertEquals(0, cluster.stop(other));
    set(other, "+10y");
    cluster.start(other);
    awaitAhead(other, true);
    awaitChecks(other);
    assertNothingGone("days", leaders);

    // whoever leads then may hear of the wrong one first
    for (int id : cluster.up()) {
      assertEquals(0, cluster.stop(id));
    }
    cluster.startAll();
    awaitAhead(other, true);
    for (int id : cluster.up()) {
      awaitChecks(id);
    }
    assertNothingGone("days", leaders);
  }

  @Test
  void retentionTakesWhatIsOldByClocksThatAreRight() throws Exception {
    Map<Integer, Integer> leaders = writeTo("second", "1000");
    for (Map.Entry<Integer, Integer> one : leaders.entrySet()) {
      String address = cluster.clientsOf(one.getValue());
      Cluster.await(
          "retention at " + one.getValue(),
          () -> start(address, "second", one.getKey()) == RECORDS);
    }
  }

  /** A topic of partitions of one replica, each with so many segments of a record; who leads. */
  private Map<Integer, Integer> writeTo(String name, String retentionMs) throws Exception {
    String address = cluster.clientsOf(1);
    Map<String, String> configs = Map.of("retention.ms", retentionMs, "segment.ms", "1");
    assertEquals(Outcome.DONE, topics.create(address, name, PARTITIONS, 1, configs));
    Map<Integer, Integer> leaders = new TreeMap<>();
    for (PartitionDescription one : topics.partitions(address, name)) {
      leaders.put(one.getPartition(), one.getLeader());
      for (int i = 0; i < RECORDS; i++) {
        String at = cluster.clientsOf(one.getLeader());
        assertEquals(i, Records.append(at, name, one.getPartition(), "kept"));
      }
    }
    assertEquals(new TreeSet<>(cluster.up()), new TreeSet<>(leaders.values()), "at every node");
    return leaders;
  }

  private void assertNothingGone(String name, Map<Integer, Integer> leaders) throws Exception {
    for (Map.Entry<Integer, Integer> one : leaders.entrySet()) {
      String address = cluster.clientsOf(one.getValue());
      assertEquals(0, start(address, name, one.getKey()), "the start at " + one.getValue());
      assertEquals("kept", Records.first(address, name, one.getKey()));
    }
  }

  private static long start(String address, String name, int partition) {
    try {
      return Records.start(address, name, partition);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** Until each partition of a node has looked several times for what it may delete. */
  private void awaitChecks(int id) {
    double rounds = ROUNDS * cluster.metric(id, "milena_broker_held_partitions").orElseThrow();
    double enough = cluster.metric(id, CHECKS).orElseThrow() + rounds;
    Cluster.await(
        "retention looks at " + id, () -> cluster.metric(id, CHECKS).orElse(0.0) >= enough);
  }

  /** Until a node shows that its clock is years ahead of the cluster's time, or is no more. */
  private void awaitAhead(int id, boolean ahead) {
    Cluster.await(
        "node " + id + " ahead: " + ahead,
        () ->
            cluster
                .metric(id, "milena_broker_clock_ahead_seconds")
                .map(seconds -> seconds > NINE_YEARS_SECONDS == ahead)
                .orElse(false));
  }

  /** Asks all the while for topics, whose entries the one or the other stamps or applies. */
  private void shake(int id) throws Exception {
    for (int i = 0; i < SHAKES; i++) {
      set(id, i % 2 == 0 ? "+1h" : "-1h");
      long next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SHAKE_MS);
      create(id, 1);
      Cluster.await("the clock shakes again", () -> System.nanoTime() >= next);
    }
  }

  private void set(int id, String offset) throws Exception {
    clocks.getOrDefault(id, WrongClock.right(folder.resolve("none"))).set(offset);
  }

  private double terms() {
    return cluster.up().stream()
        .mapToDouble(id -> cluster.metric(id, "milena_quorum_terms_total").orElseThrow())
        .max()
        .orElseThrow();
  }

  private void createAtEach() {
    for (int id : cluster.up()) {
      create(id, 2);
    }
  }

  private void create(int at, int partitions) {
    String name = "topic-" + acknowledged.size();
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(at), name, partitions, 1), name);
    acknowledged.add(name);
  }
}
