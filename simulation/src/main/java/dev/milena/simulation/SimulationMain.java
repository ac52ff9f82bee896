package dev.milena.simulation;

import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Runs seeds for a while, or one seed again.
 *
 * <pre>
 *   SimulationMain [--seconds N] [--seed N] [--steps N] [--bug NAME]
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
    int steps = OneNodeSimulation.STEPS;
    boolean single = false;
    Bug bug = Bug.NONE;
    for (int i = 0; i + 1 < args.length; i += 2) {
      switch (args[i]) {
        case "--seconds" -> seconds = Long.parseLong(args[i + 1]);
        case "--seed" -> {
          seed = Long.parseLong(args[i + 1]);
          single = true;
        }
        case "--steps" -> steps = Integer.parseInt(args[i + 1]);
        case "--bug" -> bug = Bug.valueOf(args[i + 1].toUpperCase(Locale.ROOT));
        default -> throw new IllegalArgumentException("no such option: " + args[i]);
      }
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    SeedRunner runner = new SeedRunner(steps, bug);
    boolean good = runner.tryOne(seed);
    while (good && !single && System.nanoTime() < deadline) {
      good = runner.tryOne(++seed);
    }
    System.out.println(runner.summary());
    System.exit(good ? 0 : 1);
  }
}
