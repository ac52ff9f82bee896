package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchesInVainTest {
  private final BatchesInVain batches = new BatchesInVain();

  @Test
  void oneIsLeftAloneForAWhile() {
    assertTrue(batches.note(50, 0, 1_000));
    assertTrue(batches.isLeft(50, 999));
    assertEquals(Optional.empty(), batches.due(999));

    assertEquals(Optional.of(50L), batches.due(1_000));
    assertFalse(batches.isLeft(50, 1_000));
    assertEquals(1_000, batches.nextDueMs());
    assertFalse(batches.note(50, 0, 2_000), "it is known");
  }

  @Test
  void aReaderIsToldOfTheOneThatItMetAndOfNoOther() {
    batches.note(150, 100, 1_000);

    assertTrue(batches.hold(new DamageEar.Place(150, true)));
    assertFalse(batches.hold(new DamageEar.Place(140, true)));
    assertTrue(batches.hold(new DamageEar.Place(140, false)), "it lies on the way");
    assertFalse(batches.hold(new DamageEar.Place(99, false)), "in another segment");
    assertFalse(batches.hold(new DamageEar.Place(151, false)));
  }

  @Test
  void ofASegmentThatWasLookedOverOnlyThoseAreLeftThatWereFoundAgain() {
    batches.note(150, 100, 1_000);
    batches.note(160, 100, 1_000);
    batches.note(250, 200, 1_000);
    batches.note(160, 100, 3_000);

    batches.keepFound(100, 200, 2_000);

    assertFalse(batches.hold(new DamageEar.Place(150, true)));
    assertTrue(batches.hold(new DamageEar.Place(160, true)));
    assertTrue(batches.hold(new DamageEar.Place(250, true)));
  }

  @Test
  void thereIsABound() {
    for (int i = 0; i <= BatchesInVain.MOST; i++) {
      batches.note(i, 0, 1_000);
    }

    assertFalse(batches.hold(new DamageEar.Place(BatchesInVain.MOST, true)));
    batches.forget(3);
    batches.note(BatchesInVain.MOST, 0, 1_000);
    assertTrue(batches.hold(new DamageEar.Place(BatchesInVain.MOST, true)));
  }
}
