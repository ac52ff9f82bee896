package dev.milena.it.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PayloadTest {
  private static final Payload PAYLOAD = new Payload("orders", 3, 2, 1L << 33, 40);

  @Test
  void whatWasWrittenIsRead() {
    assertEquals(new Payload.Found.Whole(PAYLOAD), Payload.decode(PAYLOAD.encode()));
    Payload least = new Payload("", 0, 0, 0, 0);
    assertEquals(new Payload.Found.Whole(least), Payload.decode(least.encode()));
  }

  @Test
  void theBytesAreThese() {
    ByteBuffer bytes = new Payload("ab", 1, 2, 3, 2).encode();
    byte[] all = new byte[bytes.remaining()];
    bytes.get(all);
    assertEquals(
        "02616200000001000000020000000000000003" + "5d5e",
        HexFormat.of().formatHex(all).substring(8));
  }

  @Test
  void aBufferIsReadFromItsPositionAndLeftAsItIs() {
    ByteBuffer value = PAYLOAD.encode();
    ByteBuffer within = ByteBuffer.allocate(value.remaining() + 10).position(7);
    within.put(value).flip().position(7);
    assertEquals(new Payload.Found.Whole(PAYLOAD), Payload.decode(within));
    assertEquals(7, within.position());
  }

  @Test
  void everyFlippedBitIsFound() {
    ByteBuffer value = PAYLOAD.encode();
    for (int bit = 0; bit < value.remaining() * 8; bit++) {
      byte before = value.get(bit / 8);
      value.put(bit / 8, (byte) (before ^ (1 << bit % 8)));
      assertInstanceOf(Payload.Found.Damaged.class, Payload.decode(value), "bit " + bit);
      value.put(bit / 8, before);
    }
  }

  @Test
  void everyShorterValueIsFound() {
    ByteBuffer value = PAYLOAD.encode();
    for (int length = 0; length < value.limit(); length++) {
      assertInstanceOf(
          Payload.Found.Damaged.class, Payload.decode(value.slice(0, length)), length + " bytes");
    }
  }
}
