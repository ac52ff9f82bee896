package dev.milena.broker.core.copy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.PartitionId;
import dev.milena.metadata.TopicId;
import dev.milena.replication.LogEnds;
import java.util.List;
import org.junit.jupiter.api.Test;

class FollowerWordsTest {
  private static final int ALL = 1_000;

  private final FollowerWords words = new FollowerWords();

  private static PartitionId id(int partition) {
    return new PartitionId(new TopicId(1, 2), partition);
  }

  private static FollowerWord.Follow follow(int partition, int epoch, long from) {
    return new FollowerWord.Follow(id(partition), epoch, from, epoch - 1, 100);
  }

  private static FollowerWord.Report report(int partition, int epoch, long end) {
    return new FollowerWord.Report(id(partition), epoch, new LogEnds(end, end));
  }

  private static FollowerWord.Credit credit(int partition, int epoch, int bytes) {
    return new FollowerWord.Credit(id(partition), epoch, bytes);
  }

  @Test
  void ofEachPartitionOnlyTheNewestReportIsSaidAndAllCreditAtOnce() {
    words.add(report(0, 3, 10));
    words.add(credit(0, 3, 5));
    words.add(report(0, 3, 11));
    words.add(credit(0, 3, 7));

    assertEquals(List.of(report(0, 3, 11), credit(0, 3, 12)), words.take(ALL));
    assertTrue(words.isEmpty());
  }

  @Test
  void aQuestionMakesWhatWasToBeSaidBeforeItUntrue() {
    words.add(report(0, 3, 10));
    words.add(credit(0, 3, 5));
    words.add(follow(0, 3, 8));
    words.add(report(0, 3, 9));

    assertEquals(List.of(follow(0, 3, 8), report(0, 3, 9)), words.take(ALL));
  }

  @Test
  void ofAnOlderEpochNothingIsSaidAnyMore() {
    words.add(follow(0, 3, 8));
    words.add(report(0, 3, 10));
    words.add(follow(0, 4, 10));

    assertEquals(List.of(follow(0, 4, 10)), words.take(ALL));
  }

  @Test
  void whoLeavesSaysNothingElse() {
    words.add(follow(0, 3, 8));
    words.add(report(0, 3, 10));
    words.add(credit(0, 3, 5));
    words.add(new FollowerWord.Leave(id(0), 3));

    assertEquals(List.of(new FollowerWord.Leave(id(0), 3)), words.take(ALL));
  }

  @Test
  void aMessageTakesWholePartitionsInTheOrderInWhichTheyWereSpokenOf() {
    for (int partition = 9; partition >= 0; partition--) {
      words.add(follow(partition, 1, 0));
    }

    assertEquals(List.of(follow(9, 1, 0), follow(8, 1, 0)), words.take(5));
    assertFalse(words.isEmpty());
    assertEquals(8, words.take(ALL).size());
  }
}
