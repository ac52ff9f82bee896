package dev.milena.simulation;

import dev.milena.simulation.cluster.ClusterBug;
import dev.milena.simulation.cluster.ClusterSimulation;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Runs seeds for a while, or one seed again.
 *
 * <pre>
 *   SimulationMain [--cluster] [--seconds N] [--threads N] [--seed N] [--bug NAME]
 * </pre>
 *
 * <p>Exits with 1 when an invariant broke, after saying which, with which seed, and how to repeat
 * it.
 */
public final class SimulationMain {
  private static final long DEFAULT_SECONDS = 60;

  private SimulationMain() {}

  /** See the class. */
  public static void main(String[] args) throws InterruptedException {
    long seconds = DEFAULT_SECONDS;
    long seed = new SplittableRandom().nextLong();
    int threads = Runtime.getRuntime().availableProcessors();
    boolean single = false;
    boolean cluster = false;
    String bug = "NONE";
    Iterator<String> words = List.of(args).iterator();
    while (words.hasNext()) {
      String option = words.next();
      switch (option) {
        case "--cluster" -> cluster = true;
        case "--seconds" -> seconds = Long.parseLong(words.next());
        case "--threads" -> threads = Integer.parseInt(words.next());
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
    List<SeedRunner> runners =
        single ? one(scenario, seed) : new SeedSweep(scenario, seed).run(threads, seconds);
    SeedRunner all = runners.stream().reduce(new SeedRunner(scenario), SeedRunner::with);
    System.out.println(all.summary());
    System.exit(all.failure().isEmpty() ? 0 : 1);
  }

  private static List<SeedRunner> one(SeedRunner.Scenario scenario, long seed) {
    SeedRunner runner = new SeedRunner(scenario);
    var _ = runner.tryOne(seed);
    return List.of(runner);
  }
}
