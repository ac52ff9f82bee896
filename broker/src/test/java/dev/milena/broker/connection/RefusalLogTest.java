package dev.milena.broker.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusalLogTest {
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
  private final RefusalLog log = new RefusalLog(1_000, clock::get);

  private Optional<String> line(TurnedAway why, String from) {
    return log.line(why, "", from);
  }

  @Test
  void oneLineAnIntervalAndTheNextSaysHowManyWereNotSaid() {
    String words = TurnedAway.TLS.words();
    assertEquals(Optional.of("connection from /a closed: " + words), line(TurnedAway.TLS, "/a"));
    assertEquals(Optional.empty(), line(TurnedAway.TLS, "/a"));
    assertEquals(Optional.empty(), line(TurnedAway.TLS, "/b"));
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(1_000));
    assertEquals(
        Optional.of(
            "connection from /c closed: " + words + " (and 2 more since the last such line)"),
        line(TurnedAway.TLS, "/c"));
    assertEquals(Optional.empty(), line(TurnedAway.TLS, "/c"));
  }

  @Test
  void noiseDoesNotHideWhatAnotherClientDoesWrong() {
    assertTrue(line(TurnedAway.NOISE, "/a").isPresent());
    assertFalse(line(TurnedAway.NOISE, "/a").isPresent());
    assertTrue(line(TurnedAway.TLS, "/b").isPresent());
    assertTrue(line(TurnedAway.KAFKA, "/c").isPresent());
  }
}
