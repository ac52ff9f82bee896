package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.PowerCut;
import dev.milena.log.disk.SimDisk;
import dev.milena.log.disk.SimFault;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * For every call k of a scripted run, and each kind of fault at k: what was reported flushed is
 * there byte for byte, every offset has one value, offsets are dense, and nothing is acknowledged
 * after a failed sync (invariants I1, I3 and I11 of the replication rules). Nothing was damaged
 * here, so no recovery may call anything damaged.
 */
@Timeout(300)
class EveryCallFailsTest {
  /** Another seed is another script: -Dmilena.seed=N. */
  private static final long SEED = Long.getLong("milena.seed", 20_260_721);

  private static final int SCRIPTS = Integer.getInteger("milena.scripts", 2);

  @Test
  void theScriptItselfRunsThroughEverything() throws Exception {
    ScriptRun run = new ScriptRun(new SimDisk(SEED), SEED);
    run.run();
    assertTrue(run.failure().isEmpty(), run.failure());
    assertTrue(run.reported() > 50, "only " + run.reported() + " offsets");
    run.verify(run.disk().crash());
  }

  @ParameterizedTest
  @EnumSource(SimFault.class)
  void whatWasReportedFlushedSurvives(SimFault fault) throws Exception {
    for (long script = 0; script < SCRIPTS; script++) {
      long calls = callsOf(SEED + script);
      assertTrue(calls > 200, "only " + calls + " calls");
      for (long call = 1; call <= calls; call++) {
        runWith(fault, call, SEED + script);
      }
    }
  }

  private static long callsOf(long seed) throws IOException {
    SimDisk disk = new SimDisk(seed);
    ScriptRun run = new ScriptRun(disk, seed);
    run.run();
    return run.disk().calls();
  }

  private static void runWith(SimFault fault, long call, long seed) {
    try {
      SimDisk disk = new SimDisk(seed + call);
      disk.failAt(call, fault);
      Optional<ScriptRun> run = started(disk, seed);
      if (run.isPresent()) {
        runThrough(run.get());
        SimDisk last = run.get().disk();
        run.get().verify(call % 3 == 0 ? last.restart() : last.crash());
      }
    } catch (Exception | AssertionError failure) {
      throw new AssertionError(
          "%s at call %d; repeat with -Dmilena.seed=%d -Dmilena.scripts=1: %s"
              .formatted(fault, call, seed, failure),
          failure);
    }
  }

  private static void runThrough(ScriptRun run) {
    try {
      run.run();
    } catch (PowerCut cut) {
      assertTrue(run.disk().calls() > 0, cut.getMessage());
    }
  }

  /** The script may fail before there is a log; then nothing was promised. */
  private static Optional<ScriptRun> started(SimDisk disk, long seed) {
    try {
      return Optional.of(new ScriptRun(disk, seed));
    } catch (IOException | PowerCut early) {
      return Optional.empty();
    }
  }
}
