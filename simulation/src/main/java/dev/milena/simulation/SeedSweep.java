package dev.milena.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Fresh seeds for a while on several threads, each run on one of them, so that it can be repeated
 * alone. Ends early when one has found something.
 */
final class SeedSweep {
  private final SeedRunner.Scenario scenario;
  private final AtomicLong next;
  private final AtomicBoolean good = new AtomicBoolean(true);

  /**
   * @param first the seed to begin with; the others follow it
   */
  SeedSweep(SeedRunner.Scenario scenario, long first) {
    this.scenario = scenario;
    this.next = new AtomicLong(first);
  }

  /**
   * Runs until the time is over, at least one seed on each thread.
   *
   * @return what each thread met
   */
  List<SeedRunner> run(int threads, long seconds) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    List<SeedRunner> runners = new ArrayList<>();
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      SeedRunner runner = new SeedRunner(scenario);
      runners.add(runner);
      running.add(Thread.ofPlatform().name("seeds-" + i).start(() -> sweep(runner, end)));
    }
    for (Thread thread : running) {
      thread.join();
    }
    return runners;
  }

  private void sweep(SeedRunner runner, long end) {
    do {
      if (!runner.tryOne(next.getAndIncrement())) {
        good.set(false);
      }
    } while (good.get() && System.nanoTime() - end < 0);
  }
}
