package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.it.cluster.TopicHistory.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The leader's controller has every member compare its state each thousandth entry. */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(180)
class StatesComparedTest {
  private static final int EVERY = 1_000;
  private static final int WRITERS = 4;

  @TempDir Path folder;

  @Test
  void allMembersAreFoundToAgreeAfterAThousandEntries() throws Exception {
    try (Cluster cluster = Cluster.started(folder, 3);
        TopicHistory topics = new TopicHistory();
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        String prefix = "topic-" + i + "-";
        all.add(writers.submit(() -> createUntil(cluster, topics, prefix)));
      }
      for (Future<?> one : all) {
        one.get();
      }
      for (int id : cluster.up()) {
        Cluster.await("node " + id + " is compared", () -> compared(cluster, id) > EVERY);
        assertEquals(1, compared(cluster, id) % EVERY, "after the entry of index 1,000");
      }
      cluster.awaitOneState();
    }
  }

  private static void createUntil(Cluster cluster, TopicHistory topics, String prefix) {
    for (int i = 0; applied(cluster) <= EVERY; i++) {
      assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(1), prefix + i, 1, 1));
    }
  }

  /** A node that is busy may not tell; it is asked again. */
  private static double applied(Cluster cluster) {
    return cluster.metric(1, "milena_metadata_applied_entries_total").orElse(0.0);
  }

  private static double compared(Cluster cluster, int id) {
    return cluster.metric(id, "milena_metadata_compared_entries").orElse(0.0);
  }
}
