package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FlushPaceTest {
  private static final int MOST_BYTES = 100;
  private static final long MOST_MS = 50;

  private final FlushPace pace = new FlushPace(new HostingLimits.Unflushed(MOST_BYTES, MOST_MS));

  @Test
  void whatSomebodyWaitsForIsDueAtOnce() {
    pace.appended(0);
    assertFalse(pace.isDue(1, 0));
    pace.want();
    assertTrue(pace.isDue(1, 0));
  }

  @Test
  void oldestAppendCounts() {
    pace.appended(10);
    pace.appended(30);
    assertEquals(60, pace.nextDueMs());
    assertFalse(pace.isDue(1, 59));
    assertTrue(pace.isDue(1, 60));
  }

  @Test
  void manyBytesAreDueWhateverTheirAge() {
    assertFalse(pace.isDue(MOST_BYTES - 1, 0));
    assertTrue(pace.isDue(MOST_BYTES, 0));
  }

  @Test
  void nothingIsDueWhileARoundIsOnItsWay() {
    pace.appended(0);
    pace.asked();
    pace.appended(5);
    pace.want();
    assertFalse(pace.isDue(MOST_BYTES, 1_000));
    assertEquals(FlushPace.NEVER, pace.nextDueMs(), "the end of the round is what happens next");
    pace.roundOver();
    assertTrue(pace.isDue(1, 6), "somebody waits");
    assertEquals(55, pace.nextDueMs());
  }

  @Test
  void roundCoversWhatWasAppendedBeforeIt() {
    pace.appended(0);
    pace.want();
    pace.asked();
    pace.roundOver();
    assertFalse(pace.isDue(0, 1_000));
    assertEquals(FlushPace.NEVER, pace.nextDueMs());
  }

  @Test
  void failedLogIsNeverDue() {
    pace.appended(0);
    pace.want();
    pace.stop();
    assertFalse(pace.isDue(MOST_BYTES, 1_000));
    assertEquals(FlushPace.NEVER, pace.nextDueMs());
  }
}
