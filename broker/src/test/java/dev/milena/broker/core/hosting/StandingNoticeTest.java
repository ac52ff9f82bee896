package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.copy.LeaderWord;
import org.junit.jupiter.api.Test;

class StandingNoticeTest {
  private final StandingNotice notice = new StandingNotice();

  private static LeaderWord.Standing at(long highWatermark) {
    return new LeaderWord.Standing(highWatermark, 0);
  }

  @Test
  void whoWasToldNothingYetDoesNotWait() {
    assertTrue(notice.isDue(at(5), 1_230));
  }

  @Test
  void whatMovesIsSaidAtTheNextMomentForAll() {
    notice.told(at(5));
    assertFalse(notice.isDue(at(6), 1_230));
    assertEquals(1_300, notice.dueMs());
    assertFalse(notice.isDue(at(7), 1_299));
    assertTrue(notice.isDue(at(7), 1_300));
    assertTrue(notice.isDue(at(7), 1_340), "until it was said");
    notice.told(at(7));
    assertEquals(StandingNotice.NEVER, notice.dueMs());
    assertFalse(notice.isDue(at(8), 1_400));
    assertEquals(1_500, notice.dueMs());
  }

  @Test
  void batchesThatSayItLeaveNothingToSay() {
    notice.told(at(5));
    assertFalse(notice.isDue(at(6), 1_230));
    notice.told(at(6));
    assertFalse(notice.isDue(at(6), 1_300));
    assertEquals(StandingNotice.NEVER, notice.dueMs());
  }
}
