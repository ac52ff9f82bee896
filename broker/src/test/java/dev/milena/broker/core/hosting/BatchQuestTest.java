package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.CorruptLog;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class BatchQuestTest {
  private final CorruptLog lacking = CorruptLog.ofBatch(Path.of("l"), 100, 7, "noise");
  private final CorruptLog another = CorruptLog.ofBatch(Path.of("l"), 300, 9, "noise");
  private static final List<Integer> ORDER = List.of(2, 3);

  private final BatchQuest quest = new BatchQuest();

  @Test
  void oneIsAskedAfterTheOtherAndAllOfThemAgainAfterAWhile() {
    quest.begin(lacking, ORDER);

    assertEquals(OptionalInt.of(2), quest.next(ORDER, 0));
    assertEquals(PartitionMending.ANSWER_MS, quest.dueMs());
    assertEquals(OptionalInt.of(3), quest.next(ORDER, 5_000));
    assertFalse(quest.isInVain());
    assertEquals(OptionalInt.empty(), quest.next(ORDER, 6_000));
    assertEquals(6_000 + PartitionMending.AGAIN_MS, quest.dueMs());
    assertEquals(OptionalInt.of(2), quest.next(ORDER, 16_000));
  }

  @Test
  void onlyAfterSeveralRoundsItIsInVain() {
    quest.begin(lacking, ORDER);
    for (int i = 1; i < BatchQuest.ROUNDS * (ORDER.size() + 1); i++) {
      var _ = quest.next(ORDER, i);
      assertFalse(quest.isInVain());
    }

    var _ = quest.next(ORDER, 100);

    assertTrue(quest.isInVain());
    var _ = quest.next(ORDER, 101);
    assertTrue(quest.isInVain(), "until it is mended");
  }

  @Test
  void aBatchCountsFromWhoeverGivesItAlsoLaterThanItWasWaitedForAndOnce() {
    quest.begin(lacking, ORDER);
    var _ = quest.next(ORDER, 0);
    assertEquals(OptionalInt.of(3), quest.next(ORDER, 5_000), "broker 2 has not answered");

    assertTrue(quest.given(2, 9).isEmpty(), "another batch");
    assertTrue(quest.given(2, 7).isPresent(), "from broker 2, at last");
    assertTrue(quest.given(2, 7).isEmpty(), "one is being tried");
    assertFalse(quest.declined(3, 7));
    assertEquals(Long.MAX_VALUE, quest.dueMs());
  }

  @Test
  void aBatchIsTakenAlsoAfterAllWereAskedInVain() {
    quest.begin(lacking, ORDER);
    for (int i = 0; i <= ORDER.size(); i++) {
      var _ = quest.next(ORDER, i);
    }

    assertTrue(quest.given(2, 7).isPresent());
  }

  @Test
  void whoGaveWhatThereWasNoRoomForIsAskedAgainAfterAWhile() {
    quest.begin(lacking, ORDER);
    var _ = quest.next(ORDER, 0);
    var _ = quest.given(2, 7);

    quest.putOff(100);

    assertEquals(100 + PartitionMending.AGAIN_MS, quest.dueMs());
    assertFalse(quest.isIdle());
    assertEquals(OptionalInt.of(2), quest.next(ORDER, 20_000));
    assertTrue(quest.given(2, 7).isPresent());
  }

  @Test
  void onlyWhoIsWaitedForDeclines() {
    quest.begin(lacking, ORDER);
    var _ = quest.next(ORDER, 0);

    assertFalse(quest.declined(3, 7));
    assertFalse(quest.declined(2, 9));
    assertTrue(quest.declined(2, 7));
    assertFalse(quest.declined(2, 7));
  }

  @Test
  void afterWhatDidNotHelpAnotherBatchIsTaken() {
    quest.begin(lacking, ORDER);
    var _ = quest.given(2, 7);

    quest.begin(lacking, ORDER);

    assertTrue(quest.given(2, 7).isPresent());
  }

  @Test
  void whoeverGaveWhatDidNotHelpIsNotAskedAgainAtOnce() {
    quest.begin(lacking, ORDER);
    var _ = quest.next(ORDER, 0);
    var _ = quest.given(2, 7);

    quest.begin(lacking, ORDER);

    assertEquals(OptionalInt.of(3), quest.next(ORDER, 10));
  }

  /** It is no round in vain, after some of which the log goes. */
  @Test
  void whoeverGaveWhatTheDiskHadNoRoomForIsAskedAgain() {
    quest.begin(lacking, ORDER);
    for (int i = 0; i < BatchQuest.ROUNDS * (ORDER.size() + 1); i++) {
      assertEquals(OptionalInt.of(2), quest.next(ORDER, i));
      assertTrue(quest.given(2, 7).isPresent());
      quest.noSpace();
      quest.begin(lacking, ORDER);
    }

    assertFalse(quest.isInVain());
  }

  /** The log is tried every two seconds as long as the disk is full. */
  @Test
  void whoeverGaveIsNotedOnceHoweverOftenThereIsNoRoom() {
    quest.begin(lacking, ORDER);
    assertEquals(OptionalInt.of(2), quest.next(ORDER, 0));
    assertTrue(quest.given(2, 7).isPresent());
    for (int i = 0; i < 100; i++) {
      quest.noSpace();
    }
    quest.begin(lacking, ORDER);

    assertEquals(OptionalInt.of(2), quest.next(ORDER, 10));
    assertEquals(OptionalInt.of(3), quest.next(ORDER, 20));
  }

  @Test
  void theNextBatchThatIsLackingIsAskedOfAll() {
    quest.begin(lacking, ORDER);
    for (int i = 0; i < 3 * BatchQuest.ROUNDS; i++) {
      var _ = quest.next(ORDER, i);
    }

    quest.begin(another, ORDER);

    assertFalse(quest.isInVain());
    assertEquals(OptionalInt.of(2), quest.next(ORDER, 10));
  }

  @Test
  void withoutAnybodyItWaitsForSomebody() {
    quest.begin(lacking, List.of());

    assertEquals(OptionalInt.empty(), quest.next(List.of(), 0));
    assertTrue(quest.isIdle());
    assertEquals(Long.MAX_VALUE, quest.dueMs());
  }
}
