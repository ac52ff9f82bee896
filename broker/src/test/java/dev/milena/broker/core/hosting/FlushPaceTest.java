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
    pace.appended(1, 0);
    assertFalse(pace.isDue(1, 0));
    pace.want();
    assertTrue(pace.isDue(1, 0));
  }

  @Test
  void oldestAppendCounts() {
    pace.appended(1, 10);
    pace.appended(1, 30);
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
    pace.appended(1, 0);
    pace.asked();
    pace.appended(1, 5);
    pace.want();
    assertFalse(pace.isDue(MOST_BYTES, 1_000));
    assertEquals(FlushPace.NEVER, pace.nextDueMs(), "the end of the round is what happens next");
    pace.roundOver();
    assertTrue(pace.isDue(1, 6), "somebody waits");
    assertEquals(55, pace.nextDueMs());
  }

  @Test
  void roundCoversWhatWasAppendedBeforeIt() {
    pace.appended(1, 0);
    pace.want();
    pace.asked();
    pace.roundOver();
    assertFalse(pace.isDue(0, 1_000));
    assertEquals(FlushPace.NEVER, pace.nextDueMs());
  }

  @Test
  void failedLogIsNeverDue() {
    pace.appended(1, 0);
    pace.want();
    pace.stop();
    assertFalse(pace.isDue(MOST_BYTES, 1_000));
    assertEquals(FlushPace.NEVER, pace.nextDueMs());
  }

  @Test
  void topicMayWantItSoonerAndNeverLater() {
    pace.bound(new FlushBounds(MOST_MS / 5, Long.MAX_VALUE));
    pace.appended(1, 100);
    assertEquals(100 + MOST_MS / 5, pace.nextDueMs());
    pace.asked();
    pace.roundOver();
    pace.bound(new FlushBounds(MOST_MS * 5, Long.MAX_VALUE));
    pace.appended(1, 200);
    assertEquals(200 + MOST_MS, pace.nextDueMs());
  }

  @Test
  void recordsAreCountedFromOneRoundToTheNext() {
    pace.bound(new FlushBounds(Long.MAX_VALUE, 3));
    pace.appended(2, 0);
    assertFalse(pace.isDue(1, 0));
    pace.appended(1, 0);
    assertTrue(pace.isDue(1, 0));
    pace.asked();
    pace.roundOver();
    pace.appended(2, 0);
    assertFalse(pace.isDue(1, 0));
  }
}
