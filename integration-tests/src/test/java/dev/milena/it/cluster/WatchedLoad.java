package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.it.history.History;
import dev.milena.it.history.LoadProcess;
import dev.milena.proto.v1.PartitionDescription;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A load on a cluster to which things are done: whether it goes on, and what it was told. */
final class WatchedLoad {
  /** Who comes back again and again is let in after up to 60 s, and two must be in sync. */
  private static final Duration GOES_ON = Duration.ofSeconds(90);

  private static final Duration WHOLE_AGAIN = Duration.ofMinutes(3);

  private static final String NO_TIME = " times: DELIVERY_TIMED_OUT: ";

  private final FaultyCluster faulty;
  private final LoadProcess load;

  WatchedLoad(FaultyCluster faulty, LoadProcess load) {
    this.faulty = faulty;
    this.load = load;
  }

  /** From now on something is written to every partition. */
  void awaitWrites() throws IOException {
    long sinceMs = System.currentTimeMillis();
    Cluster.await(() -> "writes to every partition", GOES_ON, () -> load.allSinceMs() >= sinceMs);
    load.assertRuns();
  }

  /** All nodes are ready. */
  void awaitReady() {
    faulty.cluster().awaitAllReady(WHOLE_AGAIN);
  }

  /** All replicas are in sync. */
  void awaitInSync() throws Exception {
    try (TopicHistory topics = new TopicHistory()) {
      List<PartitionDescription> seen = new ArrayList<>();
      Cluster.await(
          () -> "all are in sync; are " + seen,
          WHOLE_AGAIN,
          () -> {
            seen.clear();
            seen.addAll(topics.partitions(faulty.cluster().clientsOf(1), load.topic()));
            return seen.size() == load.partitions()
                && seen.stream().allMatch(row -> row.getIsrCount() == FaultyCluster.NODES);
          });
    }
  }

  /**
   * Ends it and then all nodes, in order; prints what failed why, and says what there was. Whatever
   * is done to nodes, a write fails for want of time alone.
   */
  History end() throws Exception {
    List<String> failures = load.stop();
    for (int id : FaultyCluster.ids()) {
      assertEquals(0, faulty.cluster().stop(id), "exit code of node " + id);
    }
    failures.forEach(System.out::println);
    assertEquals(
        List.of(), failures.stream().filter(line -> !line.contains(NO_TIME)).toList(), "failures");
    History history = load.history();
    faulty.addReplicas(history, load.topicId());
    return history;
  }
}
