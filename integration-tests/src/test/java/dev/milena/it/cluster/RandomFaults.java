package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.history.History;
import dev.milena.it.history.LoadProcess;
import dev.milena.it.history.Recovery;
import dev.milena.it.nemesis.FaultKind;
import dev.milena.it.nemesis.FaultPlan;
import dev.milena.it.process.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * A run of random faults under a load, and what a checker says of its history. All of it is kept
 * under integration-tests/target when something is wrong.
 */
final class RandomFaults {
  /** Some records shall be given up. */
  private static final int LEAST_PATIENCE_MS = 3_000;

  /** All is left where it was, also when nothing is wrong. */
  private static final boolean KEEP = Boolean.getBoolean("milena.keep");

  private final long seed;
  private final Set<FaultKind> kinds;
  private final Duration time;
  private final int recordsPerTurn;
  private final Path folder;

  RandomFaults(long seed, Set<FaultKind> kinds, Duration time, int recordsPerTurn) {
    this.seed = seed;
    this.kinds = kinds;
    this.time = time;
    this.recordsPerTurn = recordsPerTurn;
    this.folder =
        Checkout.root().resolve("integration-tests/target/random-faults").resolve("seed-" + seed);
  }

  /** Runs, prints what happened and how long recoveries took, and fails on any finding. */
  void run() throws Exception {
    History.Verdict verdict = run(List.of(), true);
    assertTrue(verdict.clean(), "seed " + seed + ": " + verdict.findings());
  }

  /**
   * Runs and says what was found, which is no failure here: how the checker itself is checked.
   *
   * @param settings of each node, each KEY=VALUE
   */
  History.Verdict findings(String... settings) throws Exception {
    return run(List.of(settings), false);
  }

  private History.Verdict run(List<String> settings, boolean kept) throws Exception {
    System.out.printf("milena.seed=%s, %s s of %s%n", seed, time.toSeconds(), kinds);
    Files.createDirectories(folder);
    boolean done = false;
    try (FaultyCluster faulty = FaultyCluster.start(folder, kinds, settings);
        LoadProcess load = faulty.load(recordsPerTurn, LEAST_PATIENCE_MS)) {
      History.Verdict verdict = run(faulty, load);
      done = (verdict.clean() || !kept) && !KEEP;
      return verdict;
    } finally {
      if (done) {
        delete(folder);
      } else {
        System.out.println("what is left of it: " + folder);
      }
    }
  }

  private History.Verdict run(FaultyCluster faulty, LoadProcess load) throws Exception {
    WatchedLoad watched = new WatchedLoad(faulty, load);
    watched.awaitWrites();
    Nemesis nemesis = new Nemesis(faulty, new FaultPlan(seed, kinds, FaultyCluster.NODES), load);
    List<Nemesis.Done> done = nemesis.run(time);
    watched.awaitReady();
    watched.awaitWrites();
    long sinceMs = System.currentTimeMillis();
    watched.awaitInSync();
    System.out.printf(
        "all replicas in sync %s ms after the end%n", System.currentTimeMillis() - sinceMs);
    History history = watched.end();
    tellRecoveries(history, done);
    System.out.printf("nodes ended by themselves %s times%n", nemesis.endedByThemselves());
    History.Verdict verdict = history.judge();
    System.out.println(verdict.totals());
    System.out.println(verdict.findings());
    assertEquals(List.of(), nemesis.late(), "not ready in time");
    return verdict;
  }

  private static void tellRecoveries(History history, List<Nemesis.Done> done) throws IOException {
    List<Recovery> recoveries =
        history.recoveries(
            done.stream().map(one -> new Recovery.Span(one.beginMs(), one.endMs())).toList());
    for (int i = 0; i < done.size(); i++) {
      Recovery recovery = recoveries.get(i);
      System.out.printf(
          "%s: no write to partition %s for %s ms; to all again %s ms after it was undone%n",
          done.get(i).fault(),
          recovery.partition(),
          told(recovery.standstillMs()),
          told(recovery.afterEndMs()));
    }
    System.out.println("no write for: " + summary(recoveries, Recovery::standstillMs));
    System.out.println("after it was undone: " + summary(recoveries, Recovery::afterEndMs));
  }

  private static String told(long ms) {
    return ms == Recovery.NEVER ? "ever" : Long.toString(ms);
  }

  private static String summary(List<Recovery> recoveries, ToLongFunction<Recovery> which) {
    long[] sorted = recoveries.stream().mapToLong(which).sorted().toArray();
    if (sorted.length == 0) {
      return "no fault";
    }
    return "p50 %s ms, p99 %s ms, at most %s ms, of %s faults"
        .formatted(
            told(sorted[sorted.length / 2]),
            told(sorted[Math.min(sorted.length - 1, sorted.length * 99 / 100)]),
            told(sorted[sorted.length - 1]),
            sorted.length);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
