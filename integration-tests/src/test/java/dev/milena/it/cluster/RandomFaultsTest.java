package dev.milena.it.cluster;

import dev.milena.it.nemesis.FaultKind;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Half a minute of gentle faults under producers and consumers of whose records each is accounted
 * for; {@link TenMinutesTest} has all faults. {@code -Dmilena.seed=SEED} repeats a plan, {@code
 * -Dmilena.seconds=N} makes it as long.
 */
class RandomFaultsTest {
  @Test
  @Timeout(300)
  void nothingIsLostOrDoubledWhileNodesAreKilledPausedAndStopped() throws Exception {
    long seed = Long.getLong("milena.seed", System.nanoTime());
    Duration time = Duration.ofSeconds(Long.getLong("milena.seconds", 25));
    new RandomFaults(seed, EnumSet.of(FaultKind.KILL, FaultKind.PAUSE, FaultKind.STOP), time, 1)
        .run();
  }
}
