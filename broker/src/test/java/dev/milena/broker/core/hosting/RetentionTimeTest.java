package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.ClusterTime;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RetentionTimeTest {
  private static final long HOUR_MS = 3_600_000;
  private static final long TEN_YEARS_MS = 315_569_520_000L;

  /** What a right clock shows when the monotonic clock shows 0. */
  private static final long RIGHT_MS = 1_700_000_000_000L;

  private final RetentionTime time = new RetentionTime();
  private long nowMs = 5_000;

  @Test
  void beforeTheClustersTimeWasHeardNothingGoesByTime() {
    assertEquals(OptionalLong.empty(), time.at(right(), nowMs, Optional.empty()));
    nowMs += 10 * HOUR_MS;
    assertEquals(OptionalLong.empty(), time.at(right(), nowMs, Optional.empty()));
    assertEquals(right(), by(0, 0));
  }

  @Test
  void theEarlierOfBothTimesCounts() {
    assertEquals(right() - 7, by(0, -7));
    assertEquals(right() - 7, by(-7, 0));
    assertEquals(right() - 7, by(-7, TEN_YEARS_MS));
  }

  @Test
  void aClockThatIsAheadSinceTheStartDeletesNothingEarlyHoweverLongItRuns() {
    for (int i = 0; i < 100; i++) {
      assertEquals(right(), by(TEN_YEARS_MS, 0));
      nowMs += HOUR_MS / 7;
    }
  }

  @Test
  void aTimeThatIsHeardNoMoreIsCarriedOn() {
    ClusterTime once = new ClusterTime(right(), nowMs);
    time.at(right(), nowMs, Optional.of(once));
    for (int i = 0; i < 100; i++) {
      nowMs += HOUR_MS / 7;
      assertEquals(
          right(),
          time.at(right() + TEN_YEARS_MS, nowMs, Optional.of(once)).orElseThrow(),
          "after " + nowMs);
    }
  }

  @Test
  void aJumpAheadOfAllClocksIsBelievedWhenItHasStoodForAnHourAndAfterTwo() {
    SplittableRandom random = new SplittableRandom(7);
    for (int run = 0; run < 200; run++) {
      RetentionTime one = new RetentionTime();
      long jumpsAtMs = nowMs + random.nextLong(4 * HOUR_MS);
      for (long at = nowMs; at < jumpsAtMs + 3 * HOUR_MS; at += 1 + random.nextLong(60_000)) {
        boolean jumped = at >= jumpsAtMs;
        long wall = RIGHT_MS + at + (jumped ? TEN_YEARS_MS : 0);
        long found = one.at(wall, at, Optional.of(new ClusterTime(wall, at))).orElseThrow();
        if (at < jumpsAtMs + HOUR_MS - 60_000) {
          assertEquals(RIGHT_MS + at, found, "at once");
        } else if (at > jumpsAtMs + 2 * HOUR_MS + 60_000) {
          assertEquals(wall, found, "never");
        }
      }
    }
  }

  @Test
  void aJumpBackIsBelievedAtOnceAndItsEndWithinTwoHours() {
    by(0, 0);
    nowMs += 1_000;
    assertEquals(right() - HOUR_MS, by(-HOUR_MS, 0));
    nowMs += 1_000;
    assertEquals(right() - HOUR_MS, by(0, 0));
    nowMs += HOUR_MS;
    by(0, 0);
    nowMs += HOUR_MS;
    assertEquals(right(), by(0, 0));
  }

  @Test
  void aClockThatShakesNeverGetsAhead() {
    SplittableRandom random = new SplittableRandom(7);
    by(0, 0);
    for (int i = 0; i < 10_000; i++) {
      nowMs += random.nextLong(2_000);
      long wrongByMs = random.nextBoolean() ? HOUR_MS : 0;
      assertEquals(right(), by(wrongByMs, wrongByMs));
      nowMs += random.nextLong(2_000);
      assertEquals(right(), by(0, 0));
    }
  }

  @Test
  void aClockThatIsSetALittleNowAndThenIsFollowed() {
    long wrongByMs = 0;
    for (int i = 0; i < 1_000; i++) {
      nowMs += HOUR_MS / 60;
      wrongByMs += 10;
      long found = by(wrongByMs, wrongByMs);
      assertTrue(found <= right() + wrongByMs, "ahead");
      assertTrue(found >= right() + wrongByMs - 2 * 60 * 10, "more than two hours of it behind");
    }
  }

  private long right() {
    return RIGHT_MS + nowMs;
  }

  private long by(long ownWrongByMs, long clusterWrongByMs) {
    ClusterTime heard = new ClusterTime(right() + clusterWrongByMs - 400, nowMs - 400);
    return time.at(right() + ownWrongByMs, nowMs, Optional.of(heard)).orElseThrow();
  }
}
