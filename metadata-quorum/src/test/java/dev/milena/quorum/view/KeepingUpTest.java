package dev.milena.quorum.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KeepingUpTest {
  private final KeepingUp keepingUp = new KeepingUp();

  private long behindMs(long known, long applied, long nowMs) {
    keepingUp.look(known, applied, nowMs);
    return nowMs - keepingUp.keptUpMs(nowMs);
  }

  @Test
  void whoHasAppliedAllIsNotBehindHoweverLongNothingComes() {
    assertEquals(0, behindMs(100, 100, 0));
    assertEquals(0, behindMs(100, 100, 3_600_000));
    assertEquals(0, behindMs(101, 101, 7_200_000));
  }

  @Test
  void whoAppliesUnderLoadIsBehindForTheTimeBetweenTwoLooks() {
    assertEquals(0, behindMs(100, 90, 0));
    for (int look = 1; look < 1_000; look++) {
      assertEquals(250, behindMs(100 + look * 10, 90 + look * 10, look * 250L));
    }
  }

  @Test
  void whoStandsStillIsBehindSinceItKnewOfMore() {
    assertEquals(0, behindMs(100, 100, 0));
    assertEquals(0, behindMs(100, 100, 5_000));
    assertEquals(250, behindMs(101, 100, 5_250));
    assertEquals(6_000, behindMs(400, 100, 11_000));
    assertEquals(0, behindMs(400, 400, 11_250));
  }

  @Test
  void whoGoesOnTooSlowlyIsBehindSinceTheLastEndThatItHasReached() {
    assertEquals(0, behindMs(1_000, 0, 0));
    assertEquals(4_000, behindMs(2_000, 999, 4_000));
    assertEquals(8_000, behindMs(4_000, 1_000, 8_000));
    assertEquals(20_000, behindMs(5_000, 3_999, 20_000));
    assertEquals(12_500, behindMs(5_000, 4_000, 20_500));
  }

  @Test
  void anEndOfTheLogThatIsCutIsNotWaitedFor() {
    assertEquals(0, behindMs(103, 100, 0));
    assertEquals(500, behindMs(105, 100, 500));
    assertEquals(750, behindMs(101, 100, 750));
    assertEquals(0, behindMs(101, 101, 1_000));
    assertEquals(0, behindMs(101, 101, 60_000));
  }

  @Test
  void anotherLogBeginsAnew() {
    assertEquals(0, behindMs(900, 100, 0));
    assertEquals(9_000, behindMs(900, 100, 9_000));
    keepingUp.forget();
    assertEquals(9_250, keepingUp.keptUpMs(9_250));
    assertEquals(0, behindMs(900, -1, 9_500));
    assertEquals(1_000, behindMs(900, 300, 10_500));
  }

  @Test
  void whatWasAgreedOnAtTheMomentItNamesIsAppliedAlsoWhereTheLogIsCut() {
    for (long seed = 1; seed <= 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      KeepingUp one = new KeepingUp();
      TreeMap<Long, Long> agreedAt = new TreeMap<>();
      long agreed = 0;
      long applied = 0;
      for (long ms = 0; ms < 400; ms++) {
        agreed += random.nextInt(3);
        applied += random.nextLong(Math.min(4, agreed - applied + 1));
        if (random.nextInt(5) == 0) {
          agreedAt.put(ms, agreed);
          one.look(agreed + random.nextInt(6), applied, ms);
          long keptUpMs = one.keptUpMs(ms);
          assertTrue(
              keptUpMs == agreedAt.firstKey()
                  || Optional.ofNullable(agreedAt.get(keptUpMs)).orElseThrow() <= applied,
              "seed " + seed + " at " + ms);
        }
      }
    }
  }
}
