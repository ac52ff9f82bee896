package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.hosting.IsrRequests.Wanted;
import dev.milena.broker.core.serving.IsrWishRules.End;
import dev.milena.broker.core.serving.IsrWishRules.Outcome;
import dev.milena.broker.core.serving.IsrWishRules.Step;
import dev.milena.metadata.IsrChange;
import dev.milena.metadata.IsrChange.Fault;
import dev.milena.metadata.Leadership;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.Reassignment;
import dev.milena.metadata.TopicId;
import dev.milena.replication.ReplicaSet;
import dev.milena.replication.Standings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class IsrWishRulesTest {
  private static final PartitionId ID = new PartitionId(new TopicId(1, 1), 0);
  private static final Standings STANDINGS = Standings.of(new TreeMap<>(Map.of(1, 4L, 2, 7L)));
  private static final Wanted WANTED =
      new Wanted(ID, 3, 10, ReplicaSet.of(1, 2), STANDINGS, () -> {});

  private static PartitionImage row(int epoch) {
    return new PartitionImage(
        0,
        new Leadership(1, 3),
        epoch,
        List.of(1, 2, 3),
        List.of(1, 3),
        List.of(),
        Reassignment.NONE);
  }

  @Test
  void anOlderImageIsWaitedForAndANewerOneHasSettledIt() {
    assertEquals(Step.WAIT, IsrWishRules.step(WANTED, Optional.of(row(9))));
    assertEquals(Step.ASK, IsrWishRules.step(WANTED, Optional.of(row(10))));
    assertEquals(Step.SETTLED, IsrWishRules.step(WANTED, Optional.of(row(11))));
    assertEquals(Step.SETTLED, IsrWishRules.step(WANTED, Optional.empty()));
  }

  @Test
  void aWishIsAskedForInTheRunsThatItCountsOnAndADoubtfulOneAsTheRowIs() {
    IsrChange wished = IsrWishRules.change(WANTED, false, row(10));
    IsrChange asItIs = IsrWishRules.change(WANTED, true, row(10));

    assertEquals(List.of(new IsrChange.Member(1, 4), new IsrChange.Member(2, 7)), wished.isr());
    assertEquals(List.of(1, 3), asItIs.isr().stream().map(IsrChange.Member::brokerId).toList());
    assertEquals(10, asItIs.partitionEpoch());
  }

  @Test
  void whatWasRefusedOfARowThatHasMovedIsToldByTheRow() {
    for (Fault fault : Fault.values()) {
      boolean moved =
          List.of(Fault.UNKNOWN_PARTITION, Fault.NOT_LEADER, Fault.STALE_PARTITION_EPOCH)
              .contains(fault);
      assertEquals(
          moved ? Outcome.ROW_MOVED : Outcome.REFUSED,
          IsrWishRules.outcome(WANTED, List.of(new IsrChange.Refused(ID, fault))));
    }
    assertEquals(
        Outcome.CHANGED,
        IsrWishRules.outcome(
            WANTED,
            List.of(
                new IsrChange.Refused(new PartitionId(new TopicId(1, 1), 1), Fault.NOT_LEADER))));
  }

  @Test
  void ofTwoWishesTheOneOfTheNewerRowIsKept() {
    Wanted newer = new Wanted(ID, 3, 11, ReplicaSet.of(1, 3), STANDINGS, () -> {});

    assertTrue(IsrWishRules.isNewer(newer, WANTED));
    assertFalse(IsrWishRules.isNewer(WANTED, newer));
    assertFalse(IsrWishRules.isNewer(WANTED, WANTED), "what the leader wants by now stays");
  }

  @Test
  void aDoubtfulWishIsAskedForUntilItsRowHasMoved() {
    for (boolean doubtful : new boolean[] {false, true}) {
      assertEquals(End.SETTLED, IsrWishRules.end(doubtful, Outcome.CHANGED));
      assertEquals(End.SETTLED, IsrWishRules.end(doubtful, Outcome.ROW_MOVED));
      assertEquals(End.DOUBTFUL, IsrWishRules.end(doubtful, Outcome.UNKNOWN));
    }
    assertEquals(End.TELL_REFUSED, IsrWishRules.end(false, Outcome.REFUSED));
    assertEquals(End.TELL_REFUSED, IsrWishRules.end(false, Outcome.NOT_ASKED));
    assertEquals(End.DOUBTFUL, IsrWishRules.end(true, Outcome.REFUSED));
    assertEquals(End.DOUBTFUL, IsrWishRules.end(true, Outcome.NOT_ASKED));
  }
}
