package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MoveTurnTest {
  /** One byte a millisecond. */
  private final MovePace pace = new MovePace(1_000);

  private final MoveTurn turn = new MoveTurn(pace);

  private long nextFreeMs() {
    return pace.reserve(0, 0);
  }

  @Test
  void aTurnIsForAsMuchAsTheLastReadGave() {
    assertEquals(0, turn.reserve(1_000, 0));
    assertTrue(turn.isReserved());
    assertEquals(1_000, nextFreeMs());

    turn.settle(10);

    assertFalse(turn.isReserved());
    assertEquals(10, nextFreeMs());
    assertEquals(10, turn.reserve(1_000, 0));
    assertEquals(20, nextFreeMs());
  }

  /** Else whoever reads as much as it may after that had a turn for one byte. */
  @Test
  void aReadThatGaveNothingSaysNothingOfTheNext() {
    var _ = turn.reserve(1_000, 0);
    turn.settle(700);
    var _ = turn.reserve(1_000, 0);
    assertEquals(1_400, nextFreeMs());

    turn.settle(0);

    assertEquals(700, nextFreeMs(), "it took no time");
    var _ = turn.reserve(1_000, 0);
    assertEquals(1_400, nextFreeMs());
  }

  @Test
  void whatWasSentWithoutATurnCostsNothing() {
    turn.settle(500);

    assertEquals(0, nextFreeMs());
  }
}
