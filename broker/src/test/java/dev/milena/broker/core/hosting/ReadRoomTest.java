package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import org.junit.jupiter.api.Test;

class ReadRoomTest {
  private static final PartitionName WHERE = new PartitionName("logs", 0);

  private final ReadRoom room = new ReadRoom(1 << 20);

  @Test
  void whoWaitsForRoomWhenTheBrokerStopsIsToldSoAndNotThatMemoryIsFull() {
    try (ReadRoom.Share all = room.share();
        ReadRoom.Share next = room.share()) {
      assertTrue(all.tryTake(1 << 20));
      Thread.currentThread().interrupt();
      assertFalse(next.tryTake(1));
      assertTrue(Thread.interrupted(), "the thread still ends");
      Refusal told = next.refusal(WHERE);
      assertEquals(ErrorKind.SHUTTING_DOWN, told.kind());
      assertFalse(told.message().contains("KiB"), told::toString);
    }
  }
}
