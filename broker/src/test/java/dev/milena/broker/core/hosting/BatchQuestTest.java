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
  void anAnswerCountsOnceAndOnlyFromWhoWasAskedForThatBatch() {
    quest.begin(lacking, ORDER);
    var _ = quest.next(ORDER, 0);

    assertTrue(quest.answered(3, 7).isEmpty());
    assertTrue(quest.answered(2, 9).isEmpty());
    assertTrue(quest.answered(2, 7).isPresent());
    assertTrue(quest.answered(2, 7).isEmpty());
    assertEquals(Long.MAX_VALUE, quest.dueMs());
  }

  @Test
  void whoeverGaveWhatDidNotHelpIsNotAskedAgainAtOnce() {
    quest.begin(lacking, ORDER);
    var _ = quest.next(ORDER, 0);
    var _ = quest.answered(2, 7);

    quest.begin(lacking, ORDER);

    assertEquals(OptionalInt.of(3), quest.next(ORDER, 10));
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
