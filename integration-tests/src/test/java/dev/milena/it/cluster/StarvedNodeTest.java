package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.it.process.LimitedUser;
import dev.milena.it.process.NodeProcess;
import dev.milena.proto.v1.PartitionDescription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * One node of three, whose process has too little of something, ends with the code and the words
 * for it; the other two go on, and it comes back with all that it had.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(300)
class StarvedNodeTest {
  private static final int STARVED = 3;
  private static final String DATA = "data";

  /** What the JVM ends with, by -XX:+ExitOnOutOfMemoryError. */
  private static final int OUT_OF_MEMORY = 3;

  private static final int ENVIRONMENT = 1;
  private static final int TOPICS_AT_MOST = 60;

  /** The most that a topic may have: a few topics are enough. */
  private static final int PARTITIONS = 10_000;

  /** It has a log to open for some thousand partitions. */
  private static final Duration BACK_WITHIN = Duration.ofMinutes(2);

  @TempDir Path folder;

  private final TopicHistory topics = new TopicHistory();
  private Cluster cluster = Cluster.NONE;

  @BeforeEach
  void lay() {
    cluster = Cluster.of(folder, 3);
  }

  @AfterEach
  void end() throws Exception {
    topics.close();
    cluster.close();
  }

  @Test
  void whoseHeapIsFullEndsWithThreeAndTheOthersGoOn() throws Exception {
    cluster.dress(
        STARVED,
        new Cluster.Launch(Map.of("MILENA_JVM_OPTS", "-Xms32m -Xmx32m"), List.of(), List.of()));
    cluster.startAll();
    Map<Integer, Integer> leaders = fill();
    NodeProcess node = cluster.node(STARVED);
    // Partitions are kept in memory, and nothing bounds how many there are.
    List<String> grown = new ArrayList<>();
    for (int i = 0; node.isAlive() && i < TOPICS_AT_MOST; i++) {
      // It is asked itself: so no more is made than it has taken in.
      String name = "grown-" + i;
      if (topics.create(cluster.clientsOf(STARVED), name, PARTITIONS, 1) == Outcome.DONE) {
        grown.add(name);
      }
    }
    System.out.printf("%s topics of %s partitions were acknowledged%n", grown.size(), PARTITIONS);

    int code = node.awaitExit();
    String said = node.output() + node.errors();
    assertEquals(OUT_OF_MEMORY, code, said);
    assertTrue(
        said.contains("Terminating due to java.lang.OutOfMemoryError: Java heap space"), said);
    assertOthersGoOn(leaders);
    cluster.dress(STARVED, Cluster.Launch.PLAIN);
    assertComesBack(leaders);
    for (int id : cluster.up()) {
      Set<String> shown = topics.shown(cluster.clientsOf(id)).keySet();
      assertTrue(shown.containsAll(grown), () -> "%s lists %s of %s".formatted(id, shown, grown));
    }
  }

  @Test
  void whoGetsNoMoreThreadsEndsWithOneAndTheOthersGoOn() throws Exception {
    Map<Integer, Integer> leaders;
    try (LimitedUser user = LimitedUser.assumePossible()) {
      user.own(folder);
      cluster.dress(STARVED, new Cluster.Launch(Map.of(), user.command(List.of()), List.of()));
      cluster.startAll();
      leaders = fill();
      NodeProcess node = cluster.node(STARVED);

      user.exhaust();

      assertEquals(ENVIRONMENT, node.awaitExit(), node.errors());
      assertTrue(
          node.errors().contains("no more threads for 10 s: raise the limit"), node.errors());
      assertOthersGoOn(leaders);
    }
    cluster.dress(STARVED, Cluster.Launch.PLAIN);
    assertComesBack(leaders);
  }

  /** A topic of which each node leads a part, with a record in each partition; who leads which. */
  private Map<Integer, Integer> fill() throws Exception {
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(1), DATA, 6, 1));
    Map<Integer, Integer> leaders =
        topics.partitions(cluster.clientsOf(1), DATA).stream()
            .collect(
                Collectors.toMap(
                    PartitionDescription::getPartition, PartitionDescription::getLeader));
    assertEquals(3, leaders.values().stream().distinct().count(), leaders::toString);
    for (Map.Entry<Integer, Integer> one : leaders.entrySet()) {
      String address = cluster.clientsOf(one.getValue());
      assertEquals(0, Records.append(address, DATA, one.getKey(), "before"));
    }
    return leaders;
  }

  private void assertOthersGoOn(Map<Integer, Integer> leaders) throws Exception {
    cluster.kill(STARVED);
    for (int id : cluster.up()) {
      assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(id), "without-" + id, 2, 2));
    }
    for (Map.Entry<Integer, Integer> one : leaders.entrySet()) {
      if (one.getValue() != STARVED) {
        String address = cluster.clientsOf(one.getValue());
        assertEquals("before", Records.first(address, DATA, one.getKey()));
        assertEquals(1, Records.append(address, DATA, one.getKey(), "without"));
      }
    }
  }

  private void assertComesBack(Map<Integer, Integer> leaders) throws Exception {
    cluster.launch(STARVED);
    cluster.awaitAllReady(BACK_WITHIN);
    for (Map.Entry<Integer, Integer> one : leaders.entrySet()) {
      String address = cluster.clientsOf(one.getValue());
      assertEquals("before", Records.first(address, DATA, one.getKey()));
      assertEquals(
          one.getValue() == STARVED ? 1 : 2,
          Records.append(address, DATA, one.getKey(), "afterwards"));
    }
    for (int id : cluster.up()) {
      assertTrue(topics.look(cluster.clientsOf(id), "without-1").isPresent(), "node " + id);
      assertTrue(topics.look(cluster.clientsOf(id), "without-2").isPresent(), "node " + id);
    }
    cluster.awaitOneState();
    assertEquals(Map.of(), topics.impossible());
  }
}
