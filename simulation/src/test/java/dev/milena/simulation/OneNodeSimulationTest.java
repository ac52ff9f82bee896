package dev.milena.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

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
 * would be found. {@code -Dmilena.seed=N} runs that seed alone.
 */
class OneNodeSimulationTest {
  private static final long FRESH_SECONDS = 8;

  /** Of four seeds one never has retention run; a slow machine may not get through four in time. */
  private static final int FEWEST_FRESH_SEEDS = 16;

  private static final int MOST_SEEDS_TO_FIND_A_BUG = 60;

  @Test
  void freshSeedsBreakNoInvariant() {
    Long only = Long.getLong("milena.seed");
    long seed = only == null ? new SplittableRandom().nextLong() : only;
    SeedRunner runner = runner(Bug.valueOf(System.getProperty("milena.bug", "NONE")));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(FRESH_SECONDS);
    boolean good = runner.tryOne(seed);
    while (good
        && only == null
        && (System.nanoTime() < deadline
            || (runner.forgotten() == 0 && runner.seeds() < FEWEST_FRESH_SEEDS))) {
      good = runner.tryOne(++seed);
    }
    if (!good) {
      fail(runner.summary());
    }
    System.out.println(runner.summary());
    assertTrue(runner.acknowledged() >= 1_000L * runner.seeds(), runner.summary());
    assertTrue(runner.faults() >= 10L * runner.seeds(), runner.summary());
    assertTrue(runner.forgotten() > 0, "retention never ran: " + runner.summary());
  }

  @Test
  void keptSeedsBreakNoInvariant() throws IOException {
    SeedRunner runner = runner(Bug.NONE);
    int run = 0;
    for (long seed : keptSeeds()) {
      if (!runner.tryOne(seed)) {
        fail(runner.summary());
      }
      run++;
    }
    assertEquals(run, runner.seeds());
  }

  @Test
  void sameSeedGivesTheSameRun() {
    SeedReport first = new OneNodeSimulation(4_711, 3_000, Bug.NONE).run();
    SeedReport second = new OneNodeSimulation(4_711, 3_000, Bug.NONE).run();
    assertEquals(first, second);
  }

  @ParameterizedTest
  @EnumSource(value = Bug.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void switchedOnBugIsFound(Bug bug) {
    SeedRunner runner = runner(bug);
    long seed = 1;
    while (runner.tryOne(seed)) {
      seed++;
      assertTrue(seed <= MOST_SEEDS_TO_FIND_A_BUG, bug + " was not found in " + seed + " seeds");
    }
    System.out.println(bug + " found after " + seed + " seeds: " + firstLine(runner.summary()));
  }

  private static SeedRunner runner(Bug bug) {
    return new SeedRunner(
        OneNodeSimulation.scenario(
            Integer.getInteger("milena.steps", OneNodeSimulation.STEPS), bug));
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static List<Long> keptSeeds() throws IOException {
    try (InputStream in = OneNodeSimulationTest.class.getResourceAsStream("kept-seeds.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> Long.valueOf(line.split(" ")[0]))
          .toList();
    }
  }
}
