package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.SampleBatches;
import dev.milena.records.BatchHeader;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ServedBatchesTest {
  @Test
  void noFlippedBitIsHandedOut() {
    ByteBuffer good = log();
    int first = BatchHeader.sizeInBytes(good, 0);
    int last = first + BatchHeader.sizeInBytes(good, first);
    assertEquals(new ServedBatches(good.limit(), ""), check(good, 41));
    int unseen = 0;
    for (int bit = 0; bit < good.limit() * 8; bit++) {
      ByteBuffer bad = SampleBatches.joined(good);
      bad.put(bit / 8, (byte) (bad.get(bit / 8) ^ (1 << bit % 8)));
      ServedBatches checked = check(bad, 41);
      int batchOfTheBit = bit / 8 < first ? 0 : bit / 8 < last ? first : last;
      if (checked.fault().isEmpty()) {
        unseen++;
      } else {
        assertTrue(checked.goodEnd() <= batchOfTheBit, "bit " + bit + ": " + checked);
      }
    }
    // What nobody can see: an epoch that a flip raised in the last batch, or up to its neighbour's,
    // or lowered in the first.
    assertTrue(unseen <= 2 * 31, "not seen: " + unseen);
  }

  @Test
  void searchTakesTheFirstBatchWhereverItLies() {
    assertEquals(log().limit(), check(log(), ServedBatches.ANYWHERE).goodEnd());
    assertEquals(0, check(log(), 39).goodEnd());
    assertEquals(0, check(log(), 42).goodEnd());
  }

  private static ServedBatches check(ByteBuffer batches, long from) {
    return ServedBatches.check(batches, new ServedBatches.Expected(from, 44));
  }

  private static ByteBuffer log() {
    ByteBuffer a = SampleBatches.of(1, "a", "b");
    ByteBuffer b = SampleBatches.of(2, "c");
    ByteBuffer c = SampleBatches.of(3, "d");
    BatchHeader.patch(a, 0, 40, 5);
    BatchHeader.patch(b, 0, 42, 5);
    BatchHeader.patch(c, 0, 43, 6);
    return SampleBatches.joined(a, b, c);
  }
}
