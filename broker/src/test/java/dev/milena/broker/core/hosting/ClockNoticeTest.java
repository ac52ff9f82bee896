package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.broker.core.hosting.ClockNotice.Word;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ClockNoticeTest {
  private static final OptionalLong AWAY = OptionalLong.of(ClockNotice.AWAY_MS + 1);
  private static final OptionalLong BEHIND = OptionalLong.of(-ClockNotice.AWAY_MS - 1);
  private static final OptionalLong NEAR = OptionalLong.of(ClockNotice.AWAY_MS);

  private final ClockNotice notice = new ClockNotice(1_000);

  @Test
  void aClockThatIsFarAwayIsToldOfOnce() {
    assertEquals(Word.NOTHING, notice.due(NEAR, 2_000));
    assertEquals(Word.AWAY, notice.due(AWAY, 3_000));
    for (long nowMs = 4_000; nowMs < 100 * ClockNotice.CALM_MS; nowMs += 60_000) {
      assertEquals(Word.NOTHING, notice.due(AWAY, nowMs));
    }
  }

  @Test
  void oneThatIsBehindIsToldOfToo() {
    assertEquals(Word.AWAY, notice.due(BEHIND, 3_000));
  }

  @Test
  void oneThatShakesIsToldOfOnceAndAgainAfterACalm() {
    assertEquals(Word.AWAY, notice.due(AWAY, 3_000));
    assertEquals(Word.NOTHING, notice.due(NEAR, 4_000));
    assertEquals(Word.NOTHING, notice.due(BEHIND, 5_000));
    assertEquals(Word.NOTHING, notice.due(NEAR, 5_000 + ClockNotice.CALM_MS - 1));
    assertEquals(Word.NOTHING, notice.due(AWAY, 6_000 + ClockNotice.CALM_MS));
    assertEquals(Word.NOTHING, notice.due(NEAR, 6_000 + 2 * ClockNotice.CALM_MS));
    assertEquals(Word.AWAY, notice.due(AWAY, 7_000 + 2 * ClockNotice.CALM_MS));
  }

  @Test
  void thatNothingWasHeardIsToldOfAfterAWhileAndOnce() {
    OptionalLong none = OptionalLong.empty();
    assertEquals(Word.NOTHING, notice.due(none, 999 + ClockNotice.UNHEARD_MS));
    assertEquals(Word.UNHEARD, notice.due(none, 1_000 + ClockNotice.UNHEARD_MS));
    assertEquals(Word.NOTHING, notice.due(none, 9_000 + 2 * ClockNotice.UNHEARD_MS));
  }
}
