package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.ClusterTime;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.SampleBatches;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What clocks that are wrong have a broker delete. */
class RetentionClocksTest extends CoreOnOneThread {
  private static final long TEN_YEARS_MS = 315_569_520_000L;

  /** Longer than retention looks around. */
  private static final int MINUTE_MS = 60_000;

  /** What the clock shows before it jumps, less what the other one does. */
  private static final long RIGHT_MS = new SimClock().wallMs() - new SimClock().monotonicMs();

  private static final int HOUR_MS = 60 * MINUTE_MS;
  private static final long DAY_MS = 24L * HOUR_MS;

  RetentionClocksTest() throws IOException {}

  @Test
  void whatIsTooOldGoesAndWhatIsNotStays() {
    recordKeptForADay();
    pass(DAY_MS - MINUTE_MS);
    assertTrue(isThere());
    pass(2 * MINUTE_MS);
    assertEquals(1, logStart());
  }

  @Test
  void aClockAheadOfTheClustersDeletesNothing() throws Exception {
    recordKeptForADay();
    clusterIsRight();
    clock.jumpWall(TEN_YEARS_MS);
    pass(4 * HOUR_MS);
    assertTrue(isThere(), "it jumped");

    broker.stop();
    restart(disk);
    pass(4 * HOUR_MS);
    assertTrue(isThere(), "a start with such a clock");
  }

  @Test
  void beforeTheClustersTimeIsHeardNothingIsDeletedForItsAge() throws Exception {
    recordKeptForADay();
    broker.stop();
    clock.jumpWall(TEN_YEARS_MS);
    quorum.timeIs(Optional::empty);
    restart(disk);
    pass(4 * HOUR_MS);
    assertTrue(isThere());
    clusterIsRight();
    pass(MINUTE_MS);
    assertTrue(isThere());
  }

  @Test
  void theClusterAheadOfThisClockDeletesNothing() {
    recordKeptForADay();
    quorum.timeIs(
        () -> Optional.of(new ClusterTime(clock.wallMs() + TEN_YEARS_MS, clock.monotonicMs())));
    pass(4 * HOUR_MS);
    assertTrue(isThere());
  }

  @Test
  void aBrokerAloneBelievesAJumpAfterAnHour() {
    recordKeptForADay();
    clock.jumpWall(TEN_YEARS_MS);
    pass(HOUR_MS - MINUTE_MS);
    assertTrue(isThere());
    pass(HOUR_MS + 3 * MINUTE_MS);
    assertEquals(1, logStart());
  }

  private void recordKeptForADay() {
    create("logs", 1, "retention.ms", Long.toString(DAY_MS));
    written(produce(Acks.ALL, LOGS, SampleBatches.of(7, "kept")));
    pass(MINUTE_MS);
  }

  private void pass(long ms) {
    for (long left = ms; left > 0; left -= MINUTE_MS) {
      clock.advance(MINUTE_MS);
      broker.settle();
    }
  }

  private boolean isThere() {
    return logStart() == 0;
  }

  private long logStart() {
    return found(new FetchStart.AtEarliest()).offset();
  }

  /** From now on the cluster's time goes on from what this clock shows. */
  private void clusterIsRight() {
    ClusterTime right = new ClusterTime(RIGHT_MS + clock.monotonicMs(), clock.monotonicMs());
    quorum.timeIs(() -> Optional.of(right));
  }
}
