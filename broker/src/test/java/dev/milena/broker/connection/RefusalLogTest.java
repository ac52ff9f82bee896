package dev.milena.broker.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusalLogTest {
  @Test
  void oneLineAnIntervalAndTheNextSaysHowManyWereNotSaid() {
    var clock = new AtomicLong(Long.MAX_VALUE - 5);
    var log = new RefusalLog(1_000, clock::get);

    assertEquals(Optional.of("connection from /a closed: why"), log.line("why", "/a"));
    assertEquals(Optional.empty(), log.line("why", "/a"));
    assertEquals(Optional.empty(), log.line("why", "/b"));
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(1_000));
    assertEquals(
        Optional.of("connection from /c closed: why (and 2 more since the last such line)"),
        log.line("why", "/c"));
    assertEquals(Optional.empty(), log.line("why", "/c"));
  }
}
