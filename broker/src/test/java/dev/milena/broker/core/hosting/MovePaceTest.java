package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MovePaceTest {
  private static final int MIB = 1 << 20;

  @Test
  void whoeverReservesFirstBeginsFirst() {
    MovePace pace = new MovePace(MIB);
    assertEquals(0, pace.reserve(MIB, 0));
    assertEquals(1_000, pace.reserve(MIB, 10));
    assertEquals(2_000, pace.reserve(1, 20));
    assertFalse(pace.tryNow(1, 2_000));
    assertTrue(pace.tryNow(1, 2_001));
  }

  @Test
  void whatWasNotSentIsGivenBackAndWhatWasSentBeyondIsWaitedFor() {
    MovePace pace = new MovePace(MIB);
    assertEquals(0, pace.reserve(MIB, 0));
    pace.settle(MIB, MIB / 2);
    assertEquals(500, pace.reserve(MIB, 0));
    pace.settle(MIB, 3 * MIB);
    assertEquals(3_500, pace.reserve(1, 0));
  }

  @Test
  void aQuietHourSavesNothingUp() {
    MovePace pace = new MovePace(MIB);
    assertEquals(3_600_000, pace.reserve(MIB, 3_600_000));
    assertEquals(3_601_000, pace.reserve(MIB, 3_600_000));
  }

  @Test
  void withoutABoundNobodyWaits() {
    MovePace pace = new MovePace(MovePace.UNBOUNDED);
    for (int i = 0; i < 1_000; i++) {
      assertEquals(-7, pace.reserve(Integer.MAX_VALUE, -7));
      assertTrue(pace.tryNow(Integer.MAX_VALUE, -7));
    }
  }

  /** Against the plain meaning: by any moment so much was sent, and the last read beside it. */
  @ParameterizedTest
  @ValueSource(longs = {1_024, 50_000, 1 << 20, 3_000_000_000L})
  void neverIsMoreSentThanTheRateGivesAndOneReadBesides(long bytesPerSecond) {
    SplittableRandom random = new SplittableRandom(bytesPerSecond);
    MovePace pace = new MovePace(bytesPerSecond);
    long nowMs = 1_000;
    double sent = 0;
    double largest = 0;
    for (int i = 0; i < 20_000; i++) {
      int wanted = 1 + random.nextInt(MIB);
      if (random.nextInt(4) == 0) {
        int batch = 1 + random.nextInt(10_000);
        sent += pace.tryNow(batch, nowMs) ? batch : 0;
        largest = Math.max(largest, batch);
      } else {
        nowMs = Math.max(nowMs, pace.reserve(wanted, nowMs));
        int read = random.nextBoolean() ? wanted : random.nextInt(2 * MIB);
        pace.settle(wanted, read);
        sent += read;
        largest = Math.max(largest, read);
      }
      double most = bytesPerSecond * ((nowMs - 1_000) / 1e3) + largest;
      // each amount is rounded down to a nanosecond
      assertTrue(sent <= most + i * (bytesPerSecond / 1e9 + 1), "step " + i + ": " + sent);
      nowMs += random.nextInt(3) == 0 ? random.nextInt(20) : 0;
    }
  }
}
