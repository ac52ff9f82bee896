package dev.milena.it.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.it.history.Event.Value;
import dev.milena.it.history.Recovery.Span;
import java.util.List;
import org.junit.jupiter.api.Test;

class LongestWaitsTest {
  @Test
  void whatIsAcknowledgedWithinCountsFromWhenItWasSent() {
    LongestWaits waits = new LongestWaits(List.of(new Span(100, 200), new Span(300, 400)));
    acked(waits, 0, 99);
    acked(waits, 90, 130);
    acked(waits, 150, 170);
    acked(waits, 10, 201);
    assertEquals(List.of(40L, 0L), waits.foundMs());
  }

  private static void acked(LongestWaits waits, long sentMs, long atMs) {
    waits.take(new Event.Acked(new Value(0, 0, atMs), 0, sentMs, atMs));
  }
}
