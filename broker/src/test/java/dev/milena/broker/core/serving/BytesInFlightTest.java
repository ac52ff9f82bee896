package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BytesInFlightTest {
  @Test
  void roomIsTakenUpToTheBoundAndGivenBack() {
    BytesInFlight bytes = new BytesInFlight(100);
    assertTrue(bytes.tryAcquire(60));
    assertFalse(bytes.tryAcquire(41));
    assertTrue(bytes.tryAcquire(40));
    assertEquals(100, bytes.heldBytes());
    bytes.release(60);
    assertTrue(bytes.tryAcquire(60));
  }

  @Test
  void requestLargerThanTheBoundIsLetInAlone() {
    BytesInFlight bytes = new BytesInFlight(100);
    assertTrue(bytes.tryAcquire(500));
    assertFalse(bytes.tryAcquire(1));
    bytes.release(500);
    assertTrue(bytes.tryAcquire(1));
    assertFalse(bytes.tryAcquire(500));
  }
}
