package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DamageNoticesTest {
  private static final long BEGIN_MS = 5_000;

  private final DamageNotices notices = new DamageNotices();

  @Test
  void aPlaceThatIsReadAgainAndAgainIsSaidOnceAMinute() {
    long lines =
        LongStream.range(0, 10 * DamageNotices.AGAIN_MS)
            .filter(ms -> ms % 10 == 0 && notices.isDue(7, BEGIN_MS + ms))
            .count();
    assertEquals(10, lines);
  }

  @Test
  void eachPlaceIsSaidAndOfVeryManyTheFirst() {
    for (int offset = 0; offset < DamageNotices.MOST; offset++) {
      assertTrue(notices.isDue(offset, BEGIN_MS + offset));
    }
    assertFalse(notices.isDue(DamageNotices.MOST, BEGIN_MS + DamageNotices.MOST));
    assertTrue(notices.isDue(DamageNotices.MOST, BEGIN_MS + DamageNotices.AGAIN_MS));
  }
}
