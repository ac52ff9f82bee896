package dev.milena.it.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.it.history.Event.Value;
import dev.milena.it.history.Recovery.Span;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveriesTest {
  @Test
  void theLongestTimeWithoutAnAcknowledgementSinceItBeganCounts() {
    Recoveries recoveries = new Recoveries(List.of(new Span(100, 500)), 2);
    acked(recoveries, 0, 90, 95);
    acked(recoveries, 0, 96, 400);
    acked(recoveries, 0, 500, 510);
    acked(recoveries, 1, 90, 110);
    acked(recoveries, 1, 440, 450);
    acked(recoveries, 1, 505, 560);
    assertEquals(List.of(new Recovery(340, 1, 60)), recoveries.found());
  }

  @Test
  void whatWasSentBeforeTheEndIsNoProofThatWritesGoOn() {
    Recoveries recoveries = new Recoveries(List.of(new Span(100, 200)), 1);
    acked(recoveries, 0, 199, 210);
    assertEquals(List.of(new Recovery(110, 0, Recovery.NEVER)), recoveries.found());
  }

  @Test
  void aStandstillLongAfterTheEndIsNotItsFault() {
    Recoveries recoveries = new Recoveries(List.of(new Span(100, 200)), 1);
    long late = 200 + Span.SOON_MS + 1;
    acked(recoveries, 0, 150, 160);
    acked(recoveries, 0, 210, 220);
    acked(recoveries, 0, 210, late);
    acked(recoveries, 0, late, 3 * late);
    assertEquals(List.of(new Recovery(late - 220, 0, 20)), recoveries.found());
  }

  @Test
  void aPartitionThatNeverGoesOnIsSaid() {
    Recoveries recoveries = new Recoveries(List.of(new Span(100, 200)), 2);
    acked(recoveries, 0, 210, 220);
    acked(recoveries, 1, 90, 110);
    assertEquals(List.of(new Recovery(Recovery.NEVER, 1, Recovery.NEVER)), recoveries.found());
  }

  private static void acked(Recoveries recoveries, int partition, long sentMs, long atMs) {
    recoveries.take(new Event.Acked(new Value(partition, 0, atMs), 0, sentMs, atMs));
  }
}
