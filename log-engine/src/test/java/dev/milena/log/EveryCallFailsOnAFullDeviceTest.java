package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.PowerCut;
import dev.milena.log.disk.SimDisk;
import dev.milena.log.disk.SimFault;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * For every call that a full node makes on its way to having room again, and each kind of fault in
 * it: nothing flushed is lost, nothing deleted comes back, and no log is called damaged. A fault
 * that says no more than that the device is full leaves the node able to make room by itself.
 */
@Timeout(300)
class EveryCallFailsOnAFullDeviceTest {
  /** Another seed is another run: -Dmilena.seed=N. */
  private static final long SEED = Long.getLong("milena.seed", 20_261_125);

  @Test
  void theRunItselfMakesRoomAndStopsInGoodOrder() throws Exception {
    SimDisk disk = new SimDisk(SEED);
    new FullDeviceRun(disk, SEED).run(true);

    assertTrue(LogFixtures.directory(disk.crash()).wasClosedCleanly());
  }

  @ParameterizedTest
  @EnumSource(SimFault.class)
  void nothingIsLostAndRoomIsMade(SimFault fault) throws Exception {
    long calls = callsOfARun();
    assertTrue(calls > 300, "only " + calls + " calls");
    for (long call = 1; call <= calls; call++) {
      runWith(fault, call);
    }
  }

  private static long callsOfARun() throws IOException {
    SimDisk disk = new SimDisk(SEED);
    FullDeviceRun run = new FullDeviceRun(disk, SEED);
    long before = disk.calls();
    run.run(true);
    return disk.calls() - before;
  }

  private static void runWith(SimFault fault, long call) throws Exception {
    SimDisk disk = new SimDisk(SEED + call);
    FullDeviceRun run = new FullDeviceRun(disk, SEED);
    disk.failAt(disk.calls() + call, fault);
    try {
      runThrough(run, fault == SimFault.NO_SPACE || fault == SimFault.SHORT_WRITE);
      run.verify(call % 3 == 0 ? disk.restart() : disk.crash());
    } catch (IOException | AssertionError failure) {
      throw new AssertionError(
          "%s at call %d; repeat with -Dmilena.seed=%d: %s".formatted(fault, call, SEED, failure),
          failure);
    }
  }

  private static void runThrough(FullDeviceRun run, boolean comesBack) {
    try {
      run.run(comesBack);
    } catch (PowerCut | IOException ended) {
      assertTrue(ended.getMessage() != null, "a failure says what failed");
    }
  }
}
