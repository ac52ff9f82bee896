package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.proto.v1.PartitionDescription;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A node that is asked to stop gives away what it leads before it goes. */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(240)
class DepartingNodeTest {
  private static final String TOPIC = "led-by-all";
  private static final int PARTITIONS = 12;

  @TempDir Path folder;

  @Test
  void whoIsAskedToStopHandsItsLeadershipsOverAndNoPartitionIsEverWithoutALeader()
      throws Exception {
    try (Cluster cluster = Cluster.started(folder, 3);
        TopicHistory topics = new TopicHistory()) {
      int leaving = 1 + cluster.leader() % 3;
      String other = cluster.clientsOf(1 + leaving % 3);
      assertEquals(Outcome.DONE, topics.create(other, TOPIC, PARTITIONS, 3));
      assertEquals(PARTITIONS / 3, ledBy(leaving, topics.partitions(other, TOPIC)));

      try (Look look = new Look(topics, other)) {
        assertEquals(0, cluster.stop(leaving));
        // what it led is given away before it ends, so it needs no waiting for
        assertEquals(0, ledBy(leaving, topics.partitions(other, TOPIC)));
        look.assertAlwaysLed();
      }

      assertBegunBeforeFenced(other, leaving);
      cluster.start(leaving);
      Cluster.await(
          "it is in sync again, and leads what it led",
          () -> isBalanced(topics.partitions(other, TOPIC)));
    }
  }

  private static long ledBy(int node, List<PartitionDescription> rows) {
    return rows.stream().filter(row -> row.hasLeader() && row.getLeader() == node).count();
  }

  private static boolean isBalanced(List<PartitionDescription> rows) {
    return rows.stream()
        .allMatch(row ->
            row.getIsrCount() == row.getReplicasCount()
                && row.hasLeader()
                && row.getLeader() == row.getReplicas(0));
  }

  private static void assertBegunBeforeFenced(String address, int node) throws Exception {
    List<String> said = Journal.changes(address);
    int begun = said.lastIndexOf("broker " + node + " began a controlled shutdown");
    int fenced = said.lastIndexOf("broker " + node + " fenced");
    assertTrue(begun >= 0 && begun < fenced, said.toString());
  }

  /** Looks at the topic all the while, at a node that stays. */
  private static final class Look implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();
    private final CompletableFuture<List<String>> looks = new CompletableFuture<>();
    private final Thread thread;

    Look(TopicHistory topics, String address) {
      thread = Thread.ofPlatform().daemon().name("look").start(() -> look(topics, address));
    }

    private void look(TopicHistory topics, String address) {
      List<String> seen = new ArrayList<>();
      try {
        while (!over.get()) {
          List<Integer> leaderless =
              topics.partitions(address, TOPIC).stream()
                  .filter(row -> !row.hasLeader())
                  .map(PartitionDescription::getPartition)
                  .toList();
          seen.add("without a leader: " + leaderless);
        }
        looks.complete(seen);
      } catch (StatusRuntimeException failure) {
        looks.completeExceptionally(failure);
      }
    }

    void assertAlwaysLed() throws Exception {
      over.set(true);
      List<String> seen = looks.get(60, TimeUnit.SECONDS);
      System.out.println("looked " + seen.size() + " times while the node left");
      assertEquals(Set.of("without a leader: []"), Set.copyOf(seen));
    }

    @Override
    public void close() throws InterruptedException {
      over.set(true);
      thread.join();
    }
  }
}
