package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class ListenTest {
  private static String metAt(String host, String clients) {
    return new QuorumSettings.Listen(host, 0, clients).metAt(9093);
  }

  @Test
  void whereItListensIsWhereItIsMet() {
    assertEquals("h3:9093", metAt("h3", "c3:9092"));
    assertEquals("[::1]:9093", metAt("::1", ""));
  }

  @Test
  void whoListensEverywhereIsMetWhereClientsAre() {
    assertEquals("c3:9093", metAt("0.0.0.0", "c3:9092"));
    assertEquals("[fd00::3]:9093", metAt("", "[fd00::3]:9092"));
    assertEquals("HOST:9093", metAt("::", ""));
  }
}
