package dev.milena.simulation;

import java.util.Optional;

/** Runs seeds and remembers what they met. A failure says how to repeat it. */
public final class SeedRunner {
  private final Scenario scenario;
  private int seeds;
  private int thin;
  private long acknowledged;
  private long read;
  private long forgotten;
  private long faults;
  private long simulatedMs;
  private Optional<String> failure = Optional.empty();
  private boolean brokeInvariant;

  /** What a seed chooses a run of. */
  public interface Scenario {
    /**
     * Runs one seed to its end.
     *
     * @throws InvariantBroken when the code broke a promise
     */
    SeedReport run(long seed);

    /** Whether it met enough that its silence says something. */
    default boolean counts(SeedReport report) {
      return true;
    }

    /** One command that runs a seed again, bit for bit. */
    String repeatCommand(long seed);
  }

  /** For runs of one kind. */
  public SeedRunner(Scenario scenario) {
    this.scenario = scenario;
  }

  /** Runs one seed; false when an invariant broke, or the code threw. */
  public boolean tryOne(long seed) {
    try {
      SeedReport report = scenario.run(seed);
      if (scenario.counts(report)) {
        seeds++;
      } else {
        thin++;
      }
      acknowledged += report.acknowledged();
      read += report.read();
      forgotten += report.forgotten();
      faults += report.faults();
      simulatedMs += report.simulatedMs();
      return true;
    } catch (RuntimeException | AssertionError broken) {
      // The outermost frame: whatever a seed makes the code throw is a finding.
      brokeInvariant = broken.getClass().getName().equals(InvariantBroken.class.getName());
      StringBuilder said = new StringBuilder();
      said.append("seed ").append(seed).append(": ").append(broken).append('\n');
      for (StackTraceElement frame : broken.getStackTrace()) {
        said.append("    at ").append(frame).append('\n');
      }
      failure = Optional.of(said + "repeat with " + scenario.repeatCommand(seed));
      return false;
    }
  }

  /** This one with what another has met besides; the first failure stands. */
  SeedRunner with(SeedRunner other) {
    seeds += other.seeds;
    thin += other.thin;
    acknowledged += other.acknowledged;
    read += other.read;
    forgotten += other.forgotten;
    faults += other.faults;
    simulatedMs += other.simulatedMs;
    brokeInvariant |= other.brokeInvariant;
    failure = failure.or(() -> other.failure);
    return this;
  }

  /** How many seeds went well, and met enough to count. */
  public int seeds() {
    return seeds;
  }

  /** How many seeds went well and met too little to count. */
  public int thin() {
    return thin;
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

  /** Whether a promise was seen to be broken, and not that the code, or the simulation, threw. */
  public boolean brokeInvariant() {
    return brokeInvariant;
  }

  /** What went wrong, if something did, and how to repeat it. */
  public Optional<String> failure() {
    return failure;
  }

  /** One line for people, or the failure. */
  public String summary() {
    return failure.orElseGet(() ->
        ("%d seeds, and %d that met too little to count: %d records acknowledged, %d read, %d"
                + " forgotten, %d faults, %d s simulated, no invariant broken")
            .formatted(seeds, thin, acknowledged, read, forgotten, faults, simulatedMs / 1_000));
  }
}
