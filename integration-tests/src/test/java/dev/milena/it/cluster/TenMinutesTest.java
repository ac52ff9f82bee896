package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.history.History;
import dev.milena.it.nemesis.FaultKind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Ten minutes of all random faults under producers and consumers of whose records each is accounted
 * for: none lost, none doubled, all replicas alike.
 *
 * <p>{@code -Dmilena.seed=SEED} repeats a plan, {@code -Dmilena.seconds=N} makes it as long, {@code
 * -Dmilena.faults=KILL,CUT} has these kinds alone, {@code -Dmilena.keep=true} leaves all files.
 * Wants root, iproute2, iptables, e2fsprogs, strace, util-linux and control groups.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
class TenMinutesTest {
  private static final int RECORDS_PER_TURN = 2;

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void nothingIsLostOrDoubledAndAllReplicasAreAlike() throws Exception {
    long seed = Long.getLong("milena.seed", System.nanoTime());
    Duration time = Duration.ofSeconds(Long.getLong("milena.seconds", 600));
    new RandomFaults(seed, kinds(), time, RECORDS_PER_TURN).run();
  }

  /**
   * That the checker is not blind: what is acknowledged out of memory is lost with the power of
   * all, as docs/SETTINGS.md says.
   */
  @Test
  @Timeout(300)
  void whatWasInMemoryAloneIsFoundToBeLostWithThePowerOfAllNodes() throws Exception {
    long seed = Long.getLong("milena.seed", System.nanoTime());
    RandomFaults cuts =
        new RandomFaults(
            seed, EnumSet.of(FaultKind.POWER_CUT_ALL), Duration.ofSeconds(20), RECORDS_PER_TURN);
    History.Verdict verdict = cuts.findings("flush.policy=replicated");
    assertTrue(verdict.lost() > 0, verdict.findings());
  }

  private static Set<FaultKind> kinds() {
    String wanted = System.getProperty("milena.faults", "");
    EnumSet<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
    if (wanted.isEmpty()) {
      return EnumSet.allOf(FaultKind.class);
    }
    List.of(wanted.split(",")).forEach(name -> kinds.add(FaultKind.valueOf(name)));
    return kinds;
  }
}
