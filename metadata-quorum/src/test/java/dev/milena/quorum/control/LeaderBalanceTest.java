package dev.milena.quorum.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LeaderBalanceTest {
  private final LeaderBalance balance = new LeaderBalance();

  @Test
  void aBrokerSettlesAfterAWhileAndIsNamedOnce() {
    balance.brokerIs(1, true, 100);
    assertEquals(3_100, balance.nextDueMs());
    assertEquals(named(), balance.settled(3_099));
    assertEquals(named(1), balance.settled(3_100));
    assertEquals(named(), balance.settled(3_200));
    assertEquals(Long.MAX_VALUE, balance.nextDueMs());
  }

  @Test
  void whoComesAndGoesWaitsTwiceAsLongEachTimeUpToABound() {
    long nowMs = 0;
    long waitMs = LeaderBalance.SETTLE_MS;
    for (int turn = 0; turn < 8; turn++) {
      balance.brokerIs(1, true, nowMs);
      assertEquals(nowMs + waitMs, balance.nextDueMs(), "turn " + turn);
      nowMs += 10;
      balance.brokerIs(1, false, nowMs);
      assertEquals(Long.MAX_VALUE, balance.nextDueMs());
      waitMs = Math.min(LeaderBalance.MOST_MS, 2 * waitMs);
    }
  }

  @Test
  void aSteadyTimeForgetsTheFlapping() {
    balance.brokerIs(1, true, 0);
    balance.brokerIs(1, false, 10);
    balance.brokerIs(1, true, 20);
    balance.brokerIs(1, false, 20 + LeaderBalance.STEADY_MS);
    balance.brokerIs(1, true, 70_000);

    assertEquals(70_000 + LeaderBalance.SETTLE_MS, balance.nextDueMs());
  }

  @Test
  void whenLeadersMovedElsewhereTheSettledAreNamedAgain() {
    balance.brokerIs(1, true, 0);
    balance.brokerIs(2, true, 0);
    balance.settled(5_000);
    balance.forget(2);
    balance.lookAgain();

    assertEquals(named(1), balance.settled(5_001));
  }

  private static List<Integer> named(Integer... brokers) {
    return List.of(brokers);
  }
}
