package dev.milena.broker.core.serving;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.SampleBatches;
import dev.milena.replication.FlushPolicy;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** All that is stored is looked over, at a pace. */
class ScrubTest extends ThreeBrokers {
  private static final int BATCHES = 40;
  private static final String LONG = "x".repeat(3 << 10);

  /** One round, and no second one in the time of a test. */
  private static final long INTERVAL_MS = 600_000;

  ScrubTest() throws IOException {
    super(FlushPolicy.ACK);
    create("logs", 2, 1, 2, 3);
    for (int i = 0; i < BATCHES; i++) {
      write(1, SampleBatches.of(clock.wallMs(), LONG));
    }
    pass(1_000);
  }

  private Scrub scrubAt(long bytesPerSecond) {
    Scrub scrub =
        requireNonNull(brokers.get(1)).scrubAt(new ScrubPace(INTERVAL_MS, bytesPerSecond));
    pass(INTERVAL_MS);
    return scrub;
  }

  private void step(Scrub scrub, int seconds) {
    for (long ms = 0; ms < seconds * 1_000L; ms += Scrub.STEP_MS) {
      scrub.step(clock.monotonicMs());
      pass(Scrub.STEP_MS);
    }
  }

  @Test
  void batchesThatAreLargerThanAStepsShareArePaidForByTime() throws Exception {
    int batch = stored(1).length / BATCHES;
    Scrub scrub = scrubAt(1 << 10);

    step(scrub, 30);

    long looked = scrub.bytes();
    assertTrue(looked <= (30 << 10) + batch, looked + " bytes in 30 s");
    assertTrue(looked >= (30 << 10) - 2L * batch, looked + " bytes in 30 s");
  }

  @Test
  void whatGrowsMeanwhileIsLookedOverOnceARound() throws Exception {
    int before = stored(1).length;
    Scrub scrub = scrubAt(before / 2);
    step(scrub, 1);
    write(1, SampleBatches.of(clock.wallMs(), LONG));

    step(scrub, 20);

    assertEquals(before, scrub.bytes());
  }
}
