package dev.milena.quorum.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.IncarnationId;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BrokerLivenessTest {
  private static final IncarnationId RUN = new IncarnationId(7, 1);
  private static final IncarnationId NEXT_RUN = new IncarnationId(7, 2);
  private static final long SESSION = LivenessSettings.DEFAULT.sessionMs();
  private static final long GRACE = LivenessSettings.DEFAULT.graceMs();

  private final BrokerLiveness liveness = new BrokerLiveness(LivenessSettings.DEFAULT);

  @Test
  void aBrokenStreamIsDialledAndARefusedConnectionFencesAtOnce() {
    up(0);
    liveness.sessionEnded(1, 10, 100);
    assertEquals(List.of(new Duty.Dial(1, "h1", 9092)), liveness.due(100));
    assertEquals(List.of(), liveness.due(101), "one dial at a time");

    liveness.dialled(1, new DialOutcome.Refused(), 103);

    Duty.Fence fence = onlyFence(103);
    assertEquals(5, fence.brokerEpoch());
    assertEquals(List.of(), liveness.due(104), "the command is under way");
  }

  @Test
  void aBrokerThatAnswersIsDialledAgainAfterTheGraceAndFencedWhenTheSessionIsOver() {
    up(0);
    liveness.sessionEnded(1, 10, 100);
    long nowMs = 100;
    int dials = 0;
    while (nowMs < SESSION) {
      for (Duty duty : liveness.due(nowMs)) {
        assertInstanceOf(Duty.Dial.class, duty);
        dials++;
        liveness.dialled(1, new DialOutcome.Answered(RUN), nowMs);
      }
      nowMs = Math.min(SESSION, liveness.nextDueMs());
    }
    assertEquals((SESSION - 100) / GRACE + 1, dials);
    assertEquals(0, onlyFence(SESSION).broker() - 1);
  }

  @Test
  void aSilentBrokerIsGivenItsWholeSession() {
    up(0);
    liveness.sessionEnded(1, 10, 100);
    liveness.due(100);
    liveness.dialled(1, new DialOutcome.Silent(), SESSION - 1);

    assertTrue(liveness.due(SESSION - 1).stream().noneMatch(Duty.Fence.class::isInstance));
    onlyFence(SESSION);
  }

  @Test
  void anotherRunAtItsAddressProvesThatTheOldOneIsOver() {
    up(0);
    liveness.sessionEnded(1, 10, 100);
    liveness.due(100);
    liveness.dialled(1, new DialOutcome.Answered(NEXT_RUN), 120);

    onlyFence(120);
  }

  @Test
  void whoComesBackBeforeTheDialEndsIsNotFenced() {
    up(0);
    liveness.sessionEnded(1, 10, 100);
    liveness.due(100);
    assertTrue(liveness.sessionOpened(1, 11, RUN, 150));
    liveness.dialled(1, new DialOutcome.Refused(), 160);

    assertEquals(List.of(), liveness.due(160));
    assertEquals(150 + SESSION, liveness.nextDueMs());
  }

  @Test
  void aStreamThatIsOpenAndSilentIsFencedAfterTheSession() {
    up(0);
    liveness.beat(1, 10, new Beat(50, true, false), 1_000);

    assertEquals(List.of(), liveness.due(1_000 + SESSION - 1));
    onlyFence(1_000 + SESSION);
  }

  @Test
  void aNewLeaderDialsWhoeverHasNotComeAndMeasuresFromItsOwnBeginning() {
    liveness.rowsAre(List.of(row(5, false, false, 40)), 1_000);

    assertEquals(List.of(new Duty.Dial(1, "h1", 9092)), liveness.due(1_000));
    liveness.dialled(1, new DialOutcome.Silent(), 2_000);
    assertTrue(liveness.due(1_000 + SESSION - 1).stream().noneMatch(Duty.Fence.class::isInstance));
    onlyFence(1_000 + SESSION);
  }

  @Test
  void aFencedBrokerIsUnfencedWhenItIsReadyAndKnowsOfItsFencing() {
    liveness.rowsAre(List.of(row(6, true, false, 70)), 0);
    assertEquals(List.of(), liveness.due(0), "nobody dials a fenced broker");
    assertTrue(liveness.sessionOpened(1, 10, RUN, 10));
    liveness.beat(1, 10, new Beat(69, true, false), 20);
    assertEquals(List.of(), liveness.due(20), "it does not know of its fencing yet");
    liveness.beat(1, 10, new Beat(70, false, false), 30);
    assertEquals(List.of(), liveness.due(30), "its logs are not open");
    liveness.beat(1, 10, new Beat(70, true, false), 40);

    assertEquals(List.of(new Duty.Unfence(1, 6)), liveness.due(40));
    assertEquals(List.of(), liveness.due(41));
  }

  @Test
  void whoseLoopDoesNotTurnIsFencedUntilItDoes() {
    up(0);
    liveness.beat(1, 10, new Beat(50, true, false, new Silence(0, 4_999)), 100);
    assertEquals(List.of(), liveness.due(100));
    liveness.beat(1, 10, new Beat(50, true, false, new Silence(0, 5_000)), 200);
    assertEquals(
        "a partition loop of it has not made a step for 5000 ms, disk.stall.ms is 5000",
        onlyFence(200).why());

    liveness.rowsAre(List.of(row(6, true, false, 50)), 210);
    liveness.beat(1, 10, new Beat(50, true, false, new Silence(0, 7_000)), 2_200);
    assertEquals(List.of(), liveness.due(2_200));
    liveness.beat(1, 10, new Beat(50, true, false, Silence.NONE), 2_400);
    assertEquals(List.of(new Duty.Unfence(1, 6)), liveness.due(2_400));
  }

  @Test
  void whoHasNotGivenASilentDiskUpItselfIsFenced() {
    up(0);
    liveness.beat(1, 10, new Beat(50, true, false, new Silence(6_999, 0)), 100);
    assertEquals(List.of(), liveness.due(100), "it has a watch of its own");
    liveness.beat(1, 10, new Beat(50, true, false, new Silence(7_000, 0)), 200);
    assertEquals(
        "a disk of it has not answered for 7000 ms and is not given up, disk.stall.ms is 5000",
        onlyFence(200).why());
  }

  @Test
  void aCommandThatFailedIsAskedForAgainAfterAPause() {
    up(0);
    onlyFence(SESSION);
    liveness.commandFailed(1, SESSION + 10);

    assertEquals(SESSION + 210, liveness.nextDueMs());
    assertTrue(
        liveness.due(SESSION + 209).isEmpty(), "not at once: the quorum has trouble already");
    onlyFence(SESSION + 210);
  }

  @Test
  void aStoppingBrokerIsFencedWhenItHasGivenAwayWhatItCouldOrTakesTooLong() {
    up(0);
    liveness.rowsAre(List.of(row(6, false, true, 80)), 100);
    liveness.beat(1, 10, new Beat(80, true, false), 200);
    assertEquals(List.of(), liveness.due(200));
    liveness.beat(1, 10, new Beat(80, true, true), 300);
    onlyFence(300);

    BrokerLiveness slow = new BrokerLiveness(new LivenessSettings(60_000, 500, 10_000, 5_000));
    slow.rowsAre(List.of(row(6, false, true, 80)), 0);
    slow.sessionOpened(1, 10, RUN, 0);
    assertEquals(10_000, slow.nextDueMs());
    assertInstanceOf(Duty.Fence.class, slow.due(10_000).getFirst());
  }

  @Test
  void aStoppingBrokerIsNeverUnfenced() {
    liveness.rowsAre(List.of(row(6, true, true, 70)), 0);
    liveness.sessionOpened(1, 10, RUN, 10);
    liveness.beat(1, 10, new Beat(70, true, true), 20);

    assertEquals(List.of(), liveness.due(20));
  }

  @Test
  void aStreamOfAnotherRunIsNotTakenIn() {
    up(0);

    assertFalse(liveness.sessionOpened(1, 12, NEXT_RUN, 10));
    assertFalse(liveness.sessionOpened(9, 13, RUN, 10), "a broker that is not registered");
    liveness.beat(1, 12, new Beat(99, true, false), 20);
    assertEquals(0, liveness.spreadIndex(), "only its own stream speaks for it");
  }

  @Test
  void anIndexIsSpreadWhenEveryUnfencedBrokerHasAcknowledgedIt() {
    assertEquals(Long.MAX_VALUE, liveness.spreadIndex());
    liveness.rowsAre(List.of(row(5, false, false, 1), rowOf(2, false, 1), rowOf(3, true, 1)), 0);
    for (int broker = 1; broker <= 3; broker++) {
      liveness.sessionOpened(broker, broker, RUN, 0);
    }
    liveness.beat(1, 1, new Beat(30, true, false), 1);
    liveness.beat(2, 2, new Beat(20, true, false), 1);

    assertEquals(20, liveness.spreadIndex(), "fenced broker 3 is not waited for");
    assertEquals(List.of(2), liveness.behind(21));
    liveness.rowsAre(List.of(row(5, false, false, 1), rowOf(3, true, 1)), 5);
    assertEquals(30, liveness.spreadIndex(), "and neither is one that is gone");
  }

  /** Its fencing is an entry of the log more, for which nobody needs to wait. */
  @Test
  void whoIsKnownToBeGoneIsNotWaitedForUntilItIsHeardAgain() {
    up(0);
    assertEquals(0, liveness.spreadIndex());
    liveness.sessionEnded(1, 10, 100);
    liveness.due(100);
    assertEquals(0, liveness.spreadIndex(), "it may be a connection alone");

    liveness.dialled(1, new DialOutcome.Silent(), 102);
    assertEquals(0, liveness.spreadIndex(), "and so may silence");

    liveness.dialled(1, new DialOutcome.Refused(), 103);
    assertEquals(Long.MAX_VALUE, liveness.spreadIndex());
    assertEquals(List.of(), liveness.behind(1));

    assertTrue(liveness.sessionOpened(1, 11, RUN, 104));
    assertEquals(0, liveness.spreadIndex());
  }

  /** Whatever happens in whatever order: what is due is found at the time that was announced. */
  @Test
  void nothingIsDueBeforeTheAnnouncedTime() {
    long seed = Long.getLong("milena.seed", new SplittableRandom().nextLong());
    SplittableRandom random = new SplittableRandom(seed);
    long nowMs = 0;
    up(nowMs);
    for (int step = 0; step < 20_000; step++) {
      String where = "seed " + seed + " step " + step;
      long dueMs = liveness.nextDueMs();
      if (dueMs > nowMs && dueMs != Long.MAX_VALUE) {
        assertEquals(List.of(), liveness.due(dueMs - 1), where);
        nowMs = dueMs - 1;
      }
      happen(random, nowMs);
      if (random.nextBoolean()) {
        nowMs += random.nextInt(400);
        liveness.due(nowMs);
      }
    }
  }

  private void happen(SplittableRandom random, long nowMs) {
    switch (random.nextInt(6)) {
      case 0 -> liveness.sessionOpened(1, random.nextInt(3), RUN, nowMs);
      case 1 -> liveness.sessionEnded(1, random.nextInt(3), nowMs);
      case 2 ->
          liveness.beat(
              1,
              random.nextInt(3),
              new Beat(
                  random.nextInt(100),
                  random.nextBoolean(),
                  random.nextBoolean(),
                  new Silence(random.nextInt(8_000), random.nextInt(6_000))),
              nowMs);
      case 3 -> liveness.dialled(1, new DialOutcome.Silent(), nowMs);
      case 4 -> liveness.commandFailed(1, nowMs);
      default ->
          liveness.rowsAre(
              List.of(row(random.nextInt(9), random.nextBoolean(), random.nextInt(9) == 0, 50)),
              nowMs);
    }
  }

  private void up(long nowMs) {
    liveness.rowsAre(List.of(row(5, false, false, 40)), nowMs);
    assertTrue(liveness.sessionOpened(1, 10, RUN, nowMs));
    liveness.beat(1, 10, new Beat(0, true, false), nowMs);
  }

  private Duty.Fence onlyFence(long nowMs) {
    List<Duty> duties = liveness.due(nowMs);
    assertEquals(1, duties.size(), () -> "due: " + duties);
    return assertInstanceOf(Duty.Fence.class, duties.getFirst());
  }

  private static WatchedRow row(long epoch, boolean fenced, boolean stopping, long sinceIndex) {
    return new WatchedRow(1, "h1", 9092, RUN, epoch, fenced, stopping, sinceIndex);
  }

  private static WatchedRow rowOf(int id, boolean fenced, long sinceIndex) {
    return new WatchedRow(id, "h" + id, 9092, RUN, 5, fenced, false, sinceIndex);
  }
}
