package dev.milena.broker.core.copy;

import static dev.milena.broker.core.copy.FollowerSession.Copy.IN_SYNC;
import static dev.milena.broker.core.copy.FollowerSession.Copy.LACKS;
import static dev.milena.broker.core.copy.FollowerSession.Copy.LAGGING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.TopicId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is under way for one follower is bounded, and whoever waits for room is told of it. */
class FollowerSessionTest {
  private static final int READ = FollowerSession.MOST_AT_ONCE_BYTES;
  private static final int READS = (int) (FollowerSession.MOST_LAGGING_BYTES / READ);

  private final List<Integer> told = new ArrayList<>();
  private final FollowerSession session =
      new FollowerSession(
          3, new IncarnationId(1, 1), new Scripted(), (_, id) -> told.add(id.partition()));
  private int sent;
  private boolean full;

  private final class Scripted implements FollowerSession.Stream {
    @Override
    public boolean isReady() {
      return !full;
    }

    @Override
    public void send(List<LeaderWord> words) {
      sent += words.size();
    }

    @Override
    public void end(String why) {
      full = true;
    }
  }

  private static PartitionId id(int partition) {
    return new PartitionId(new TopicId(7, 7), partition);
  }

  private void say(int bytes) {
    session.say(
        new LeaderWord.Batches(id(0), 1, ByteBuffer.allocate(bytes), LeaderWord.Standing.NONE));
  }

  private void readAsMuchAsMay() {
    for (int i = 0; i < READS; i++) {
      assertTrue(session.reserve(id(i), READ, LAGGING), "read " + i);
    }
    assertFalse(session.reserve(id(READS), 1, LAGGING));
  }

  @Test
  void whatIsBeingReadIsBoundedHoweverManyPartitionsLackSomething() {
    readAsMuchAsMay();

    assertTrue(session.isReadyFor(id(99), LAGGING), "what was appended is in memory already");
  }

  @Test
  void whoFoundNoRoomIsToldWhenHalfOfItIsFree() {
    readAsMuchAsMay();

    session.giveBack(READ, LAGGING);
    assertEquals(List.of(), told);
    session.giveBack(READ, LAGGING);

    assertEquals(List.of(READS), told);
    assertTrue(session.reserve(id(READS), READ, LAGGING));
  }

  @Test
  void whatWasSaidAndNotFlushedTakesRoomToo() {
    say(READ / 2);
    for (int i = 0; i < READS - 1; i++) {
      assertTrue(session.reserve(id(i), READ, LAGGING), "read " + i);
    }
    assertFalse(session.reserve(id(READS), READ, LAGGING));

    session.flush();

    assertEquals(1, sent);
    assertEquals(List.of(), told, "most of it is taken by reads");
    session.giveBack(READ, LAGGING);
    assertEquals(List.of(READS), told);
  }

  @Test
  void nothingIsReadWhileAsMuchWaitsForItsTurnAsMay() {
    say(READ);
    assertFalse(session.reserve(id(5), 1, LAGGING));
    assertFalse(session.isReadyFor(id(6), LAGGING));

    session.flush();

    assertEquals(List.of(5, 6), told);
  }

  @Test
  void roomThatIsGivenBackWhileTheStreamIsFullIsToldOfWhenItIsNot() {
    readAsMuchAsMay();
    full = true;
    for (int i = 0; i < READS; i++) {
      session.giveBack(READ, LAGGING);
    }
    assertEquals(List.of(), told);

    full = false;
    session.ready();

    assertEquals(List.of(READS), told);
  }

  @Test
  void aStreamThatIsReadyWhileMuchIsReadLeavesWhoWaitsToTheEndOfTheReads() {
    readAsMuchAsMay();
    session.ready();
    assertEquals(List.of(), told);

    session.giveBack(READ, LAGGING);
    session.giveBack(READ, LAGGING);

    assertEquals(List.of(READS), told);
  }

  /** Else a thousand would ask for room that a few find, for each read again. */
  @Test
  void whoWaitsIsToldAFewAtATimeInTheOrderInWhichTheyCame() {
    full = true;
    List<Integer> waiting = IntStream.range(0, 100).map(i -> 99 - i).boxed().toList();
    waiting.forEach(one -> assertFalse(session.reserve(id(one), 1, LAGGING)));
    full = false;

    session.ready();
    int first = told.size();
    assertTrue(first > 1 && first < 50, first + " at once");
    assertEquals(waiting.subList(0, first), told);
    for (int turn = 0; turn < 100; turn++) {
      session.flush();
    }

    assertEquals(waiting, told, "those who were told had nothing to say");
  }

  @Test
  void whoWaitsIsToldOnce() {
    full = true;
    assertFalse(session.isReadyFor(id(1), LAGGING));
    assertFalse(session.reserve(id(1), 1, LAGGING));
    full = false;

    session.ready();
    session.ready();

    assertEquals(List.of(1), told);
  }

  @Test
  void nobodyIsToldOfAStreamThatIsOver() {
    readAsMuchAsMay();
    session.ended();

    for (int i = 0; i < READS; i++) {
      session.giveBack(READ, LAGGING);
    }

    assertEquals(List.of(), told);
    assertFalse(session.reserve(id(1), 1, LAGGING));
    assertFalse(session.isReadyFor(id(1), LAGGING));
  }

  private void lagging(int from, int to) {
    IntStream.range(from, to).forEach(i -> assertFalse(session.reserve(id(i), READ, LAGGING)));
  }

  @Test
  void whoIsInSyncIsToldBeforeAllThatLagThoughItCameLast() {
    full = true;
    lagging(0, 100);
    assertFalse(session.isReadyFor(id(200), IN_SYNC));
    assertFalse(session.reserve(id(201), 1, IN_SYNC));
    full = false;

    session.ready();

    assertEquals(List.of(200, 201, 0), told.subList(0, 3));
  }

  @Test
  void thoseThatLagLeaveRoomForWhoIsInSync() {
    readAsMuchAsMay();

    assertTrue(session.reserve(id(200), READ, IN_SYNC));
    assertTrue(session.reserve(id(201), READ, LACKS));
    assertFalse(session.reserve(id(202), 1, IN_SYNC));
    session.giveBack(READ, IN_SYNC);

    assertEquals(List.of(202), told);
  }

  @Test
  void howeverManyAreInSyncThoseThatLagHaveTheirTurn() {
    full = true;
    lagging(0, 1);
    IntStream.range(100, 200).forEach(i -> session.reserve(id(i), READ, IN_SYNC));
    full = false;
    session.ready();

    assertTrue(told.contains(0), told::toString);
    assertTrue(session.reserve(id(100), READ, IN_SYNC));
    assertTrue(session.reserve(id(101), READ, IN_SYNC));
    assertTrue(session.reserve(id(0), READ, LAGGING), "nobody else takes what is theirs");
  }

  /** A batch that is lacked and what is appended meanwhile are of one partition. */
  @Test
  void whoWaitsToGiveABatchIsToldThoughItsPartitionHadRoomForSomethingElse() {
    assertTrue(session.reserve(id(1), READ, LACKS));
    assertTrue(session.reserve(id(2), READ, LACKS));
    assertFalse(session.reserve(id(3), READ, LACKS));
    session.giveBack(1, LACKS);
    assertTrue(session.reserve(id(3), 1, IN_SYNC));
    assertTrue(session.reserve(id(3), READ, LAGGING));
    assertEquals(List.of(), told);

    session.giveBack(READ, LACKS);

    assertEquals(List.of(3), told);
  }

  /** Else a partition that has much to copy would take again what it has just given back. */
  @Test
  void nobodyThatLagsPassesThoseWhoWait() {
    full = true;
    lagging(0, 20);
    full = false;
    assertFalse(session.reserve(id(30), 1, LAGGING), "twenty came before it");
    assertTrue(session.reserve(id(0), 1, LAGGING), "it is the first of them");

    session.ready();

    assertFalse(session.reserve(id(31), 1, LAGGING));
    assertTrue(session.reserve(id(2), READ, LAGGING));
    assertTrue(session.reserve(id(1), READ, LAGGING), "whoever was told may come in any order");
  }

  @Test
  void whoWasToldAndFoundNoRoomKeepsItsPlace() {
    full = true;
    lagging(0, 20);
    full = false;
    session.ready();
    told.clear();
    for (int i = 0; i < READS; i++) {
      assertTrue(session.reserve(id(i), READ, LAGGING));
    }
    assertFalse(session.reserve(id(READS), READ, LAGGING));

    for (int i = 0; i < READS; i++) {
      session.giveBack(READ, LAGGING);
    }

    assertEquals(List.of(READS, 16, 17, 18, 19), told);
  }

  @Test
  void whoHadRoomComesBehindThoseWhoWait() {
    full = true;
    lagging(0, 20);
    full = false;
    session.ready();
    assertTrue(session.reserve(id(0), READ, LAGGING));

    assertFalse(session.reserve(id(0), READ, LAGGING));
    told.clear();
    session.flush();

    assertEquals(List.of(16, 17, 18, 19, 0), told);
  }

  /** Else who had nothing to say, once, would pass all others for ever. */
  @Test
  void whoWasToldLongAgoComesBehindThoseWhoWait() {
    full = true;
    lagging(0, 100);
    full = false;
    for (int turn = 0; turn < 7; turn++) {
      session.flush();
    }
    assertEquals(100, told.size(), "all were told, and nobody came");
    full = true;
    lagging(200, 201);
    full = false;

    assertFalse(session.reserve(id(0), 1, LAGGING));
    assertTrue(session.reserve(id(99), 1, LAGGING), "it was told just now");
  }
}
