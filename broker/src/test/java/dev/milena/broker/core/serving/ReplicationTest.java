package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.ClusterTime;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.OffsetsOutcome;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.SampleBatches;
import dev.milena.log.disk.SimFault;
import dev.milena.replication.FlushPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was acknowledged is on every in-sync replica, whoever leads afterwards. */
class ReplicationTest extends ThreeBrokers {
  ReplicationTest() throws IOException {
    super(FlushPolicy.ACK);
  }

  private static ByteBuffer records(int count, String value) {
    return SampleBatches.of(1_000, Collections.nCopies(count, value).toArray(String[]::new));
  }

  private void allStoreTheSame() throws IOException {
    byte[] leaders = stored(1);
    assertTrue(leaders.length > 0, "something was written");
    assertArrayEquals(leaders, stored(2));
    assertArrayEquals(leaders, stored(3));
  }

  private long visibleEnd(int broker) {
    return assertInstanceOf(FetchOutcome.BatchesFetched.class, fetch(broker, 0))
        .bounds()
        .highWatermark();
  }

  @Test
  void whatIsAcknowledgedIsOnAllThreeDisksByteForByte() throws Exception {
    create("logs", 2, 1, 2, 3);

    for (int i = 0; i < 20; i++) {
      assertEquals(5L * i, write(1, records(5, "value " + i)).baseOffset());
    }

    allStoreTheSame();
    assertEquals(100, visibleEnd(1));
  }

  @Test
  void aLeaderThatDiesLosesNothingThatWasAcknowledged() throws Exception {
    create("logs", 2, 1, 2, 3);
    write(1, records(5, "before"));

    killAndFence(1);

    int leader = row().leader();
    assertEquals(2, leader);
    assertEquals(5, write(leader, records(5, "after")).baseOffset());
    assertEquals(List.of(2, 3), row().isr());
    assertEquals(10, visibleEnd(leader));
    start(1);
    pass(3_000);
    assertEquals(List.of(1, 2, 3), row().isr().stream().sorted().toList());
    allStoreTheSame();
  }

  @Test
  void whatALeaderAloneHadIsCutWhenItComesBack() throws Exception {
    create("logs", 2, 1, 2, 3);
    write(1, records(5, "for all"));
    network.cut(1, 2);
    network.cut(1, 3);
    Answer<List<PartOutcome>> lost = send(1, Acks.ALL, records(3, "for nobody"));
    settle();
    assertFalse(lost.isGiven(), "on one disk alone it is not acknowledged");
    assertEquals(5, visibleEnd(1));

    killAndFence(1);
    network.heal(1, 2);
    network.heal(1, 3);
    write(2, records(4, "of the next leader"));
    start(1);
    pass(3_000);

    assertEquals(3, row().isr().size());
    allStoreTheSame();
    assertEquals(9, visibleEnd(2));
  }

  /** Whichever call to the disk it is that finds no room. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aFollowerWhoseDiskIsFullWhileItCutsGoesOnWhenThereIsRoom(int call) throws Exception {
    create("logs", 2, 1, 2, 3);
    write(1, records(5, "for all"));
    network.cut(1, 2);
    network.cut(1, 3);
    send(1, Acks.ALL, records(3, "for nobody"));
    settle();
    killAndFence(1);
    write(2, records(4, "of the next leader"));
    start(1);
    pass(100);

    disk(1).failAt(disk(1).calls() + call, SimFault.NO_SPACE);
    network.heal(1, 2);
    network.heal(1, 3);
    pass(5_000);

    if (broker(1).offline() == 0) {
      assertEquals(3, row().isr().size());
      allStoreTheSame();
    }
  }

  @Test
  void whatAProducerSendsAgainIsStoredOnceAlsoByTheNextLeader() throws Exception {
    create("logs", 2, 1, 2, 3);
    ByteBuffer first = SampleBatches.numbered(7, 0, 0, "a", "b");
    ByteBuffer second = SampleBatches.numbered(7, 0, 2, "c");
    write(1, first.duplicate());
    assertEquals(0, write(1, first.duplicate()).baseOffset());
    write(1, second.duplicate());

    killAndFence(1);

    assertEquals(2, write(2, second.duplicate()).baseOffset());
    assertEquals(0, write(2, first.duplicate()).baseOffset());
    assertEquals(
        ErrorKind.OUT_OF_ORDER_SEQUENCE,
        assertInstanceOf(
                PartOutcome.NotWritten.class,
                produce(2, Acks.ALL, SampleBatches.numbered(7, 0, 9, "x")))
            .refusal()
            .kind());
    assertEquals(3, write(2, SampleBatches.numbered(7, 0, 3, "d")).baseOffset());
    start(1);
    pass(3_000);
    allStoreTheSame();
    assertEquals(4, visibleEnd(2));
  }

  /** Its first attempt was not acknowledged yet, and the second is not before it could be. */
  @Test
  void whatIsSentAgainBeforeItIsCommittedWaitsUntilItIs() {
    create("logs", 2, 1, 2, 3);
    network.cut(1, 2);
    network.cut(1, 3);
    ByteBuffer batch = SampleBatches.numbered(7, 0, 0, "a");
    Answer<List<PartOutcome>> once = send(1, Acks.ALL, batch.duplicate());
    Answer<List<PartOutcome>> again = send(1, Acks.ALL, batch.duplicate());
    settle();
    assertFalse(again.isGiven());

    network.heal(1, 2);
    network.heal(1, 3);
    pass(2_000);

    assertEquals(once.get(), again.get());
    assertEquals(0, ((PartOutcome.Written) again.get().getFirst()).baseOffset());
  }

  @Test
  void withTooFewInSyncReplicasNothingIsAppended() throws Exception {
    create("logs", 2, 1, 2, 3);
    write(1, records(1, "with all"));
    killAndFence(2);
    write(1, records(1, "with two"));
    killAndFence(3);

    PartOutcome alone = produce(1, Acks.ALL, records(1, "alone"));

    assertEquals(
        ErrorKind.NOT_ENOUGH_REPLICAS,
        assertInstanceOf(PartOutcome.NotWritten.class, alone).refusal().kind());
    start(2);
    pass(3_000);
    assertEquals(2, write(1, records(1, "with two again")).baseOffset());
  }

  @Test
  void aFollowerThatWasAwayForLongReadsWhatItLacksFromTheLeadersDisk() throws Exception {
    create("logs", 1, 1, 2, 3);
    killAndFence(3);
    for (int i = 0; i < 60; i++) {
      write(1, records(1, "x".repeat(100_000)));
    }

    start(3);
    pass(3_000);

    assertEquals(3, row().isr().size());
    allStoreTheSame();
  }

  @Test
  void aFollowerThatIsCutOffLeavesAfterTenSecondsAndWritingGoesOn() throws Exception {
    create("logs", 2, 1, 2, 3);
    write(1, records(1, "with all"));
    network.cut(1, 3);

    Answer<List<PartOutcome>> waiting = send(1, Acks.ALL, records(1, "waits"));
    pass(9_900);
    assertFalse(waiting.isGiven());
    pass(300);

    assertTrue(waiting.isGiven());
    assertEquals(List.of(1, 2), row().isr());
    network.heal(1, 3);
    pass(5_000);
    assertEquals(3, row().isr().size());
    allStoreTheSame();
  }

  private ErrorKind refusedOffset(int broker, FetchStart at) {
    return assertInstanceOf(OffsetsOutcome.OffsetsRefused.class, offsets(broker, at))
        .refusal()
        .kind();
  }

  @Test
  void aNewLeaderNamesNoLatestOffsetBeforeItKnowsWhatIsCommitted() throws Exception {
    create("logs", 2, 1, 2, 3);
    write(1, records(5, "on all"));
    network.cut(1, 3);
    network.cut(2, 3);
    Answer<List<PartOutcome>> waiting = send(1, Acks.ALL, records(1, "on two"));
    settle();
    assertFalse(waiting.isGiven());

    killAndFence(1);

    assertEquals(2, row().leader());
    FetchStart late = new FetchStart.AtTime(Long.MAX_VALUE);
    assertEquals(ErrorKind.OFFSET_NOT_AVAILABLE, refusedOffset(2, new FetchStart.AtLatest()));
    assertEquals(ErrorKind.OFFSET_NOT_AVAILABLE, refusedOffset(2, late));
    assertEquals(5, visibleEnd(2));
    assertEquals(
        0, assertInstanceOf(FetchOutcome.BatchesFetched.class, fetch(2, 6)).batches().remaining());

    network.heal(2, 3);
    pass(1_500);

    assertEquals(
        6,
        assertInstanceOf(OffsetsOutcome.Found.class, offsets(2, new FetchStart.AtLatest()))
            .offset());
    assertInstanceOf(OffsetsOutcome.NothingSoLate.class, offsets(2, late));
  }

  @Test
  void aLeaderThatDoesNotHearOfTheQuorumTakesOnlyWhatItsFollowersMustHave() throws Exception {
    create("logs", 2, 1, 2, 3);
    Optional<ClusterTime> last = clock.asClusters();
    quorum.timeIs(() -> last);

    pass(5_900);
    assertInstanceOf(PartOutcome.Written.class, produce(1, Acks.LEADER, records(1, "soon")));
    pass(100);

    for (Acks alone : List.of(Acks.NONE, Acks.LEADER)) {
      assertEquals(
          ErrorKind.LEADER_NOT_AVAILABLE,
          assertInstanceOf(PartOutcome.NotWritten.class, produce(1, alone, records(1, "cut off")))
              .refusal()
              .kind());
    }
    assertEquals(1, write(1, records(1, "safe")).baseOffset());
    quorum.timeIs(clock::asClusters);
    assertInstanceOf(PartOutcome.Written.class, produce(1, Acks.LEADER, records(1, "again")));
  }

  @Test
  void aFollowerThatLacksWhatItsLeaderHasForgottenBeginsAnewWhereTheLeaderDoes() throws Exception {
    create("logs", Map.of("segment.bytes", "1048576", "retention.bytes", "2000000"), 1, 2, 3);
    ByteBuffer numbered = SampleBatches.numbered(7, 0, 0, "known to all");
    write(1, numbered.duplicate());
    killAndFence(3);
    for (int i = 0; i < 60; i++) {
      write(1, records(1, "x".repeat(100_000)));
    }
    pass(2_000);
    long start = earliest(1);
    assertTrue(start > 1, "the leader has forgotten something");

    start(3);
    pass(3_000);

    assertEquals(3, row().isr().size());
    broker(1).tidy();
    broker(2).tidy();
    allStoreTheSame();
    killAndFence(1);
    killAndFence(2);
    assertEquals(3, row().leader());
    assertEquals(start, earliest(3));
    assertEquals(
        0,
        assertInstanceOf(PartOutcome.Written.class, produce(3, Acks.LEADER, numbered)).baseOffset(),
        "a producer's batch that it never had");
  }

  private long earliest(int broker) {
    return assertInstanceOf(
            OffsetsOutcome.Found.class, offsets(broker, new FetchStart.AtEarliest()))
        .offset();
  }
}
