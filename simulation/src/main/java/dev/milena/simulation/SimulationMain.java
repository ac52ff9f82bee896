package dev.milena.simulation;

import dev.milena.simulation.cluster.ClusterBug;
import dev.milena.simulation.cluster.ClusterSimulation;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Runs seeds for a while, or one seed again.
 *
 * <pre>
 *   SimulationMain [--cluster] [--seconds N] [--seed N] [--bug NAME]
 * </pre>
 *
 * <p>Exits with 1 when an invariant broke, after saying which, with which seed, and how to repeat
 * it.
 */
public final class SimulationMain {
  private static final long DEFAULT_SECONDS = 60;

  private SimulationMain() {}

  /** See the class. */
  public static void main(String[] args) {
    long seconds = DEFAULT_SECONDS;
    long seed = new SplittableRandom().nextLong();
    boolean single = false;
    boolean cluster = false;
    String bug = "NONE";
    Iterator<String> words = List.of(args).iterator();
    while (words.hasNext()) {
      String option = words.next();
      switch (option) {
        case "--cluster" -> cluster = true;
        case "--seconds" -> seconds = Long.parseLong(words.next());
        case "--seed" -> {
          seed = Long.parseLong(words.next());
          single = true;
        }
        case "--bug" -> bug = words.next().toUpperCase(Locale.ROOT);
        default -> throw new IllegalArgumentException("no such option: " + option);
      }
    }
    SeedRunner.Scenario scenario =
        cluster
            ? ClusterSimulation.scenario(ClusterSimulation.LENGTH_MS, ClusterBug.valueOf(bug))
            : OneNodeSimulation.scenario(OneNodeSimulation.STEPS, Bug.valueOf(bug));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    SeedRunner runner = new SeedRunner(scenario);
    boolean good = runner.tryOne(seed);
    while (good && !single && System.nanoTime() < deadline) {
      good = runner.tryOne(++seed);
    }
    System.out.println(runner.summary());
    System.exit(good ? 0 : 1);
  }
}
