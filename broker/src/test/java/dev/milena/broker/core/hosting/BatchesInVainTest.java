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
    assertTrue(batches.note(50, 0, 100, 1_000));
    assertTrue(batches.isLeft(50, 999));
    assertEquals(Optional.empty(), batches.due(999));

    assertEquals(Optional.of(50L), batches.due(1_000));
    assertFalse(batches.isLeft(50, 1_000));
    assertEquals(1_000, batches.nextDueMs());
    assertFalse(batches.note(50, 0, 100, 2_000), "it is known");
  }

  @Test
  void aReaderIsToldOfTheOneThatItMetAndOfNoOther() {
    batches.note(150, 100, 200, 1_000);

    assertTrue(batches.hold(new DamageEar.Place(150, true)));
    assertFalse(batches.hold(new DamageEar.Place(140, true)));
    assertTrue(batches.hold(new DamageEar.Place(140, false)), "it lies on the way");
    assertFalse(batches.hold(new DamageEar.Place(99, false)), "in another segment");
    assertFalse(batches.hold(new DamageEar.Place(151, false)));
  }

  @Test
  void ofASegmentThatWasLookedOverOnlyThoseAreLeftThatWereFoundAgain() {
    batches.note(150, 100, 200, 1_000);
    batches.note(160, 100, 200, 1_000);
    batches.note(250, 200, 300, 1_000);
    batches.note(160, 100, 200, 3_000);

    batches.keepFound(100, 200, 2_000);

    assertFalse(batches.hold(new DamageEar.Place(150, true)));
    assertTrue(batches.hold(new DamageEar.Place(160, true)));
    assertTrue(batches.hold(new DamageEar.Place(250, true)));
  }

  /** Of the segment from 90 on. */
  private static final long END = 6_000;

  private static final int MOST = BatchesInVain.MOST;

  private void fill(long untilMs) {
    for (int i = 0; i < MOST; i++) {
      batches.note(i, 0, 90, untilMs);
    }
  }

  private static DamageEar.Place at(long offset) {
    return new DamageEar.Place(offset, true);
  }

  @Test
  void whatFindsNoRoomIsNewsOnceAndEverythingBehindItIsLeftAlone() {
    fill(1_000);

    assertTrue(batches.note(100, 90, END, 1_000));

    assertTrue(batches.isLeft(100, 999));
    assertTrue(batches.isLeft(5_000, 999));
    assertFalse(batches.isLeft(99, 999));
    assertTrue(batches.hold(at(100)));
    assertTrue(batches.hold(at(5_000)));
    assertTrue(batches.hold(new DamageEar.Place(90, false)), "it lies on the way");
    assertFalse(batches.hold(at(99)));
    assertFalse(batches.note(100, 90, END, 2_000));
    assertFalse(batches.note(200, 90, END, 2_000));
  }

  @Test
  void whatFindsNoRoomInFrontOfTheOthersMovesTheMark() {
    fill(1_000);
    batches.note(500, 90, END, 1_000);

    assertFalse(batches.note(200, 90, END, 1_000), "one line is enough");

    assertTrue(batches.hold(at(200)));
    assertTrue(batches.hold(at(500)));
    assertFalse(batches.hold(at(199)));
  }

  /** Else the first of them would hold up all others for good. */
  @Test
  void inEachPassAnotherOfThoseWithoutRoomIsAskedFor() {
    fill(Long.MAX_VALUE);
    batches.note(100, 90, END, 1_000);
    assertEquals(1_000, batches.nextDueMs());
    assertEquals(Optional.of(100L), batches.due(1_000));

    assertTrue(batches.isLeft(100, 1_000), "it was asked for last time");
    assertFalse(batches.isLeft(200, 1_000));
    batches.note(200, 90, END, 2_000);
    batches.keepFound(90, END, 1_000);

    assertTrue(batches.isLeft(300, 1_999));
    assertTrue(batches.isLeft(200, 2_000));
    assertFalse(batches.isLeft(300, 2_000));
  }

  @Test
  void afterAPassThatFoundNoMoreOfThemItBeginsInFront() {
    fill(Long.MAX_VALUE);
    batches.note(100, 90, END, 1_000);

    batches.keepFound(90, END, 1_000);

    assertFalse(batches.hold(at(100)));
    assertFalse(batches.isLeft(100, 1_000));
    assertFalse(batches.note(100, 90, END, 2_000), "it was said, and there is no room still");
  }

  @Test
  void whereThereIsRoomAgainEachIsKnownByItselfAndIsNewsAgain() {
    fill(Long.MAX_VALUE);
    batches.note(100, 90, END, 1_000);
    batches.keepFound(90, END, 1_000);

    batches.forget(3);

    assertTrue(batches.note(100, 90, END, 2_000));
    assertTrue(batches.hold(at(100)));
    assertFalse(batches.hold(at(101)));
  }

  /** Other replicas may have all that is damaged there. */
  @Test
  void whatFindsNoRoomHasNoOtherSegmentLeftAlone() {
    fill(1_000);
    batches.note(100, 90, END, 1_000);

    assertFalse(batches.isLeft(END, 999));
    assertFalse(batches.hold(at(END)));
    assertFalse(batches.hold(new DamageEar.Place(END, false)));
    assertFalse(batches.hold(at(80)));

    assertFalse(batches.note(END + 5, END, END + 100, 1_000), "that there are such was said");

    assertTrue(batches.isLeft(END + 6, 999));
    assertTrue(batches.hold(at(END + 6)));
    assertFalse(batches.isLeft(END + 4, 999));
    assertTrue(batches.isLeft(5_000, 999));
  }

  /** Whoever could not be asked for an hour may have them all. */
  @Test
  void whereThereIsRoomAgainAllOfThemAreAskedForHoweverManyWereAskedForInVain() {
    fill(Long.MAX_VALUE);
    batches.note(100, 90, END, 1_000);
    batches.note(200, 90, END, 1_000);
    assertTrue(batches.isLeft(200, 1_000));

    batches.forget(3);

    assertTrue(batches.isLeft(200, 999));
    assertFalse(batches.isLeft(100, 1_000));
    assertFalse(batches.isLeft(200, 1_000));
    assertEquals(Optional.of(100L), batches.due(1_000));
  }

  @Test
  void theFirstOfThoseWithoutRoomIsForgottenWithWhatIsBehindIt() {
    fill(Long.MAX_VALUE);
    batches.note(100, 90, END, 1_000);

    batches.forget(100);

    assertFalse(batches.hold(at(100)));
    assertEquals(Optional.empty(), batches.due(2_000), "nobody looks where it was for ever");
  }

  @Test
  void clearingForgetsThoseWithoutRoomToo() {
    fill(1_000);
    batches.note(100, 90, END, 1_000);

    batches.clear();

    assertFalse(batches.hold(at(100)));
    assertEquals(Optional.empty(), batches.due(2_000));
  }
}
