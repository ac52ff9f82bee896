package dev.milena.simulation;

import java.util.Optional;

/** Runs seeds and remembers what they met. A failure says how to repeat it. */
public final class SeedRunner {
  private final int steps;
  private final Bug bug;
  private int seeds;
  private long acknowledged;
  private long read;
  private long forgotten;
  private long faults;
  private long simulatedMs;
  private Optional<String> failure = Optional.empty();

  /** For runs of one length. */
  public SeedRunner(int steps, Bug bug) {
    this.steps = steps;
    this.bug = bug;
  }

  /** Runs one seed; false when an invariant broke, or the code threw. */
  public boolean tryOne(long seed) {
    try {
      SeedReport report = new OneNodeSimulation(seed, steps, bug).run();
      seeds++;
      acknowledged += report.acknowledged();
      read += report.read();
      forgotten += report.forgotten();
      faults += report.faults();
      simulatedMs += report.simulatedMs();
      return true;
    } catch (RuntimeException | AssertionError broken) {
      // The outermost frame: whatever a seed makes the code throw is a finding.
      StringBuilder said = new StringBuilder();
      said.append("seed ").append(seed).append(": ").append(broken).append('\n');
      for (StackTraceElement frame : broken.getStackTrace()) {
        said.append("    at ").append(frame).append('\n');
      }
      failure = Optional.of(said + "repeat with " + repeatCommand(seed));
      return false;
    }
  }

  /** How many seeds went well. */
  public int seeds() {
    return seeds;
  }

  /** Records acknowledged over all seeds. */
  public long acknowledged() {
    return acknowledged;
  }

  /** Offsets that retention let go, over all seeds. */
  public long forgotten() {
    return forgotten;
  }

  /** Faults over all seeds. */
  public long faults() {
    return faults;
  }

  /** What went wrong, if something did, and how to repeat it. */
  public Optional<String> failure() {
    return failure;
  }

  /** One line for people, or the failure. */
  public String summary() {
    return failure.orElseGet(() ->
        ("%d seeds: %d records acknowledged, %d read, %d forgotten, %d faults, %d s simulated, no"
                + " invariant broken")
            .formatted(seeds, acknowledged, read, forgotten, faults, simulatedMs / 1_000));
  }

  private String repeatCommand(long seed) {
    return "./mvnw -q -pl simulation -am test -Dtest=OneNodeSimulationTest"
        + " -Dsurefire.failIfNoSpecifiedTests=false -Dmilena.seed=%d -Dmilena.steps=%d -Dmilena.bug=%s"
            .formatted(seed, steps, bug);
  }
}
