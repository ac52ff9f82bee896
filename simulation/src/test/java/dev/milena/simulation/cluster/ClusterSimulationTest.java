package dev.milena.simulation.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.milena.simulation.SeedReport;
import dev.milena.simulation.SeedRunner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A small budget of fresh seeds on every run, every seed that ever failed, and the proof that bugs
 * would be found. {@code -Dmilena.seed=N} runs that seed alone, {@code -Dmilena.seconds=N} fresh
 * ones for so long.
 */
class ClusterSimulationTest {
  private static final long FRESH_SECONDS = Long.getLong("milena.seconds", 12);
  private static final int ENOUGH_TO_JUDGE_BY = 40;
  private static final int MOST_SEEDS_TO_FIND_A_BUG = 60;

  @Test
  void freshSeedsBreakNoInvariant() {
    Long only = Long.getLong("milena.seed");
    long seed = only == null ? new SplittableRandom().nextLong() : only;
    SeedRunner runner = runner(ClusterBug.valueOf(System.getProperty("milena.bug", "NONE")));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(FRESH_SECONDS);
    boolean good = runner.tryOne(seed);
    while (good && only == null && System.nanoTime() < deadline) {
      good = runner.tryOne(++seed);
    }
    if (!good) {
      fail(runner.summary());
    }
    System.out.println(runner.summary());
    int all = runner.seeds() + runner.thin();
    assertTrue(runner.acknowledged() >= 1_000L * all, runner.summary());
    assertTrue(runner.faults() >= 10L * all, runner.summary());
    // one in eleven is thin: of few seeds so many may be by chance
    boolean few = all < ENOUGH_TO_JUDGE_BY;
    assertTrue(few || runner.seeds() >= 3 * runner.thin(), runner.summary());
  }

  @Test
  void keptSeedsBreakNoInvariant() throws IOException {
    SeedRunner runner = runner(ClusterBug.NONE);
    for (long seed : keptSeeds()) {
      if (!runner.tryOne(seed)) {
        fail(runner.summary());
      }
    }
    assertEquals(keptSeeds().size(), runner.seeds() + runner.thin());
  }

  @Test
  void sameSeedGivesTheSameRun() {
    SeedReport first = new ClusterSimulation(4_711, 20_000, ClusterBug.NONE).run();
    SeedReport second = new ClusterSimulation(4_711, 20_000, ClusterBug.NONE).run();
    assertEquals(first, second);
  }

  @ParameterizedTest
  @EnumSource(value = ClusterBug.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void switchedOnBugIsFound(ClusterBug bug) {
    SeedRunner runner = runner(bug);
    long seed = 1;
    while (runner.tryOne(seed)) {
      seed++;
      assertTrue(seed <= MOST_SEEDS_TO_FIND_A_BUG, bug + " was not found in " + seed + " seeds");
    }
    assertTrue(runner.brokeInvariant(), runner.summary());
    System.out.println(bug + " found after " + seed + " seeds: " + firstLine(runner.summary()));
  }

  private static SeedRunner runner(ClusterBug bug) {
    return new SeedRunner(
        ClusterSimulation.scenario(
            Long.getLong("milena.lengthMs", ClusterSimulation.LENGTH_MS), bug));
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static List<Long> keptSeeds() throws IOException {
    try (InputStream in = ClusterSimulationTest.class.getResourceAsStream("kept-seeds.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> Long.valueOf(line.split(" ")[0]))
          .toList();
    }
  }
}
