package dev.milena.quorum.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClusterClockTest {
  /** What a right clock shows when the leader's monotonic clock shows 0. */
  private static final long RIGHT_MS = 1_700_000_000_000L;

  private static final long HOUR_MS = 3_600_000;
  private static final long TEN_YEARS_MS = 315_569_520_000L;

  private final ClusterClock clock = new ClusterClock();

  @Test
  void aNodeAloneGoesByItsOwnClock() {
    assertEquals(OptionalLong.empty(), clock.aheadMs());
    clock.brokersAre(List.of(7));
    assertEquals(OptionalLong.empty(), clock.aheadMs());
    hear(7, TEN_YEARS_MS, 100);
    assertEquals(OptionalLong.of(RIGHT_MS + TEN_YEARS_MS), clock.aheadMs());
  }

  @Test
  void whoIsHeardFirstIsNotBelievedAlone() {
    clock.brokersAre(List.of(1, 2, 3));
    hear(1, TEN_YEARS_MS, 100);
    assertEquals(OptionalLong.empty(), clock.aheadMs());
    hear(2, 0, 2_100);
    assertEquals(OptionalLong.of(RIGHT_MS), clock.aheadMs(), "the lower of two");
    hear(3, 5, 4_100);
    assertEquals(OptionalLong.of(RIGHT_MS + 5), clock.aheadMs());
  }

  @Test
  void halfOfTheBrokersAreTooFew() {
    clock.brokersAre(List.of(1, 2));
    hear(1, TEN_YEARS_MS, 0);
    assertEquals(OptionalLong.empty(), clock.aheadMs());
    clock.brokersAre(List.of(1, 2, 3, 4));
    hear(2, TEN_YEARS_MS, 0);
    assertEquals(OptionalLong.empty(), clock.aheadMs());
  }

  @Test
  void aMinorityThatIsAheadIsNotHeededAndOneThatIsBehindMakesItNoLater() {
    clock.brokersAre(List.of(1, 2, 3, 4, 5));
    hear(1, TEN_YEARS_MS, 0);
    hear(2, HOUR_MS, 0);
    hear(3, 0, 0);
    hear(4, 1, 0);
    assertEquals(OptionalLong.of(RIGHT_MS + 1), clock.aheadMs(), "two of four are ahead");
    hear(5, -HOUR_MS, 0);
    assertEquals(OptionalLong.of(RIGHT_MS + 1), clock.aheadMs());
    hear(4, -HOUR_MS, 0);
    assertEquals(OptionalLong.of(RIGHT_MS), clock.aheadMs());
  }

  @Test
  void theNewestWordOfABrokerCountsAndCarriesOn() {
    clock.brokersAre(List.of(1));
    hear(1, 0, 1_000);
    hear(1, 40, 900_000);
    assertEquals(OptionalLong.of(RIGHT_MS + 40), clock.aheadMs());
  }

  @Test
  void whoIsOutOfSessionOrForgottenCountsNoMore() {
    clock.brokersAre(List.of(1, 2, 3));
    hear(1, 10, 0);
    hear(2, 20, 0);
    clock.heard(2, 99, RIGHT_MS + 30, 0);
    clock.sessionEnded(2, 2);
    hear(3, 40, 0);
    assertEquals(OptionalLong.of(RIGHT_MS + 30), clock.aheadMs(), "its newer stream stands");
    clock.sessionEnded(2, 99);
    clock.sessionEnded(9, 1);
    assertEquals(OptionalLong.of(RIGHT_MS + 10), clock.aheadMs());
    clock.brokersAre(List.of(3));
    assertEquals(OptionalLong.of(RIGHT_MS + 40), clock.aheadMs());
  }

  @Test
  void whatNoClockShowsDoesNotOverflow() {
    clock.brokersAre(List.of(1));
    clock.heard(1, 1, Long.MAX_VALUE, Long.MIN_VALUE / 4);
    assertTrue(clock.aheadMs().orElseThrow() > 0);
    clock.heard(1, 1, Long.MIN_VALUE, Long.MAX_VALUE / 2);
    assertTrue(clock.aheadMs().orElseThrow() < 0);
  }

  @Test
  void itIsTheLowerMedianOfThoseInSession() {
    SplittableRandom random = new SplittableRandom(11);
    for (int run = 0; run < 500; run++) {
      int brokers = 1 + random.nextInt(7);
      ClusterClock one = new ClusterClock();
      one.brokersAre(IntStream.range(0, brokers).boxed().toList());
      TreeMap<Integer, Long> said = new TreeMap<>();
      for (int i = 0; i < 30; i++) {
        int broker = random.nextInt(brokers);
        if (random.nextInt(4) == 0) {
          one.sessionEnded(broker, broker);
          said.remove(broker);
        } else {
          long nowMs = random.nextLong(HOUR_MS);
          long aheadMs = random.nextLong(HOUR_MS);
          one.heard(broker, broker, aheadMs + nowMs, nowMs);
          said.put(broker, aheadMs);
        }
        assertEquals(naive(said, brokers), one.aheadMs());
      }
    }
  }

  /** The earliest that half of them at least are not ahead of. */
  private static OptionalLong naive(Map<Integer, Long> said, int brokers) {
    if (said.size() < brokers / 2 + 1) {
      return OptionalLong.empty();
    }
    return new TreeSet<>(said.values())
        .stream()
            .mapToLong(Long::longValue)
            .filter(
                at -> said.values().stream().filter(one -> one <= at).count() * 2 >= said.size())
            .findFirst();
  }

  private void hear(int broker, long wrongByMs, long nowMs) {
    clock.heard(broker, broker, RIGHT_MS + wrongByMs + nowMs, nowMs);
  }
}
