package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TicksTest {
  private static final long BOUND_MS = 30_000;
  private static final OptionalLong NOTHING = OptionalLong.empty();

  @Test
  void whoTicksEverySecondHasNotStoodStill() {
    Ticks ticks = Ticks.begun(5_000);
    for (long nowMs = 6_000; nowMs < 200_000; nowMs += 1_000) {
      assertEquals(NOTHING, ticks.stoodStillMs(nowMs, BOUND_MS));
      ticks = ticks.ticked(nowMs, BOUND_MS);
    }
  }

  @Test
  void aGapUpToTheBoundIsNoStandstillAndALongerOneIs() {
    assertEquals(NOTHING, afterGap(30_000).stoodStillMs(130_000, BOUND_MS));
    assertEquals(OptionalLong.of(30_001), afterGap(30_001).stoodStillMs(130_001, BOUND_MS));
  }

  @Test
  void whatGoesByBeforeTheTimerTicksAgainCounts() {
    Ticks ticks = Ticks.begun(100_000);

    assertEquals(NOTHING, ticks.stoodStillMs(130_000, BOUND_MS));
    assertEquals(OptionalLong.of(71_300), ticks.stoodStillMs(171_300, BOUND_MS));
  }

  @Test
  void aStandstillExplainsWhatHappensInTheThirtySecondsBehindIt() {
    Ticks ticks = afterGap(71_300).ticked(172_300, BOUND_MS).ticked(200_000, BOUND_MS);

    assertEquals(OptionalLong.of(71_300), ticks.stoodStillMs(201_300, BOUND_MS));
    assertEquals(NOTHING, ticks.stoodStillMs(201_301, BOUND_MS));
  }

  @Test
  void ofSeveralStandstillsTheLastExplains() {
    Ticks ticks = afterGap(90_000).ticked(191_000, BOUND_MS).ticked(231_000, BOUND_MS);

    assertEquals(OptionalLong.of(40_000), ticks.stoodStillMs(231_500, BOUND_MS));
  }

  /** Ticked at 100 s, and once more after the gap. */
  private static Ticks afterGap(long gapMs) {
    return Ticks.begun(100_000).ticked(100_000 + gapMs, BOUND_MS);
  }
}
