package dev.milena.broker.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ByteRoomTest {
  @Test
  void roomIsTakenToTheLastByteAndComesBack() {
    ByteRoom room = new ByteRoom(100);
    assertTrue(room.tryTake(60));
    assertFalse(room.tryTake(41));
    assertEquals(60, room.heldBytes());
    assertTrue(room.tryTake(40));
    assertFalse(room.tryTake(1));
    room.giveBack(60);
    assertEquals(40, room.heldBytes());
    assertTrue(room.tryTake(60));
  }

  @Test
  void noRoomAtAllIsAMistake() {
    assertThrows(IllegalArgumentException.class, () -> new ByteRoom(0));
  }
}
