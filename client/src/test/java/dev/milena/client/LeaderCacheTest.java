package dev.milena.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.milena.client.connection.HostPort;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LeaderCacheTest {
  private static final Leaders FOUND =
      new Leaders("t", List.of(Optional.of(HostPort.parse("h:1"))), System.nanoTime());

  @Test
  void whateverALookUpEndsWithWhoWaitsIsToldAndTheNextIsMade() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    LeaderCache leaders =
        new LeaderCache(topic ->
            switch (asked.incrementAndGet()) {
              case 1 -> throw new AssertionError("a bug");
              case 2 -> throw new ArithmeticException("another");
              case 3 -> throw new MilenaException("OTHER", "UNAVAILABLE", "no", Map.of());
              default -> FOUND;
            });
    MilenaException failure = failureOf(leaders);
    assertEquals("CLIENT_FAILED", failure.reason());
    assertEquals("looking up topic t: java.lang.AssertionError: a bug", failure.getMessage());
    assertEquals("CLIENT_FAILED", failureOf(leaders).reason());
    assertEquals("OTHER", failureOf(leaders).reason());
    assertEquals(FOUND, leaders.refresh("t").get(20, TimeUnit.SECONDS));
    assertEquals(Optional.of(FOUND), leaders.known("t"));
    assertEquals(4, asked.get());
  }

  private static MilenaException failureOf(LeaderCache leaders) {
    ExecutionException thrown =
        assertThrows(
            ExecutionException.class, () -> leaders.refresh("t").get(20, TimeUnit.SECONDS));
    return assertInstanceOf(MilenaException.class, thrown.getCause());
  }
}
