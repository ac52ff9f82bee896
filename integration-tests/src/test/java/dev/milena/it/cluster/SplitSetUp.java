package dev.milena.it.cluster;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One {@link SplitCluster} for all tests of a class, each of which finds it whole and leaves it so.
 *
 * <p>{@code -Dcluster.seed=SEED} repeats what is asked for, not the machine's timing.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SplitSetUp {
  private static final long SEED = Long.getLong("cluster.seed", System.nanoTime());

  private final int nodes;
  private Optional<SplitCluster> started = Optional.empty();

  SplitSetUp(int nodes) {
    this.nodes = nodes;
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    System.out.println("cluster.seed=" + SEED);
    started = Optional.of(SplitCluster.start(folder, nodes, SEED));
  }

  @AfterAll
  void end() throws Exception {
    if (started.isPresent()) {
      started.get().close();
    }
  }

  @BeforeEach
  void begin(TestInfo test) {
    split().begin(test.getTestMethod().orElseThrow().getName());
  }

  /** Whatever a test did, the cluster is as good as before. */
  @AfterEach
  @Timeout(300)
  void everythingIsThereAndAlike(TestInfo test) throws Exception {
    split().heal(test.getTestMethod().orElseThrow().getName());
    split().end();
  }

  final SplitCluster split() {
    return started.orElseThrow();
  }
}
