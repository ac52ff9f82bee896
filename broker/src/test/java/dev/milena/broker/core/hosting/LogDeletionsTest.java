package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.PartitionId;
import dev.milena.metadata.TopicId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LogDeletionsTest {
  private static final PartitionId ONE = new PartitionId(new TopicId(7, 7), 1);
  private static final PartitionId TWO = new PartitionId(new TopicId(7, 7), 2);

  private final LogDeletions deletions = new LogDeletions();

  private LogDeletions.Owed due(long nowMs) {
    return deletions.due(nowMs).orElseThrow();
  }

  @Test
  void pausesDoubleUpToAMinute() {
    deletions.add(ONE);
    long nowMs = 5_000;
    List<Long> pausesMs = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      deletions.failed(due(nowMs), nowMs);
      long againMs = deletions.nextDueMs();
      assertEquals(Optional.empty(), deletions.due(againMs - 1));
      pausesMs.add(againMs - nowMs);
      nowMs = againMs;
    }
    assertEquals(
        List.of(1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 60_000L, 60_000L, 60_000L),
        pausesMs);
  }

  @Test
  void oneThatFailsLetsTheOthersPass() {
    deletions.add(ONE);
    deletions.add(TWO);
    LogDeletions.Owed first = due(0);
    assertEquals(ONE, first.id());
    assertFalse(first.hasFailed(), "so it is said");
    deletions.failed(first, 0);
    assertTrue(deletions.hasFailed(ONE));
    assertTrue(deletions.hasUntried());
    assertEquals(TWO, due(0).id());
    deletions.done(TWO);
    assertEquals(Optional.empty(), deletions.due(0));
    assertFalse(deletions.hasUntried());
    assertTrue(due(LogDeletions.FIRST_PAUSE_MS).hasFailed(), "and not said again");
  }

  @Test
  void whatIsOwedIsKnownUntilItIsGoneOrGivenUp() {
    assertEquals(Long.MAX_VALUE, deletions.nextDueMs());
    deletions.add(TWO);
    deletions.add(ONE);
    assertTrue(deletions.isOwed(ONE));
    deletions.done(ONE);
    assertFalse(deletions.isOwed(ONE));
    deletions.add(ONE);
    assertEquals(Set.of(ONE, TWO), deletions.giveUp());
    assertFalse(deletions.isOwed(TWO));
  }
}
