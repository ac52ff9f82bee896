package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.hosting.HostingLimits;
import dev.milena.broker.core.hosting.MovePace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients that have left give their places in a partition's list to those who have not. */
class AbandonedFetchTest extends CoreOnOneThread {
  private static final int FETCHES = 50;
  private static final int OPENING = 10;
  private static final int LONGEST_MS = FetchCall.Bounds.MAX_WAIT_MS;

  private boolean gone;

  AbandonedFetchTest() throws IOException {
    super(
        new CoreSettings.Limits(
            2,
            1,
            1,
            1 << 20,
            1 << 20,
            MovePace.UNBOUNDED,
            new HostingLimits(
                1_000, 10, FETCHES, OPENING, 10, HostingLimits.Unflushed.DEFAULTS, 60_000)));
  }

  @Test
  void whoComesWhenTheListIsFullOfThoseWhoLeftIsTakenIn() {
    List<Answer<FetchOutcome>> left = filled();
    gone = true;
    broker.pass(200);
    Answer<FetchOutcome> late = fetch(LOGS, 0, FetchCall.FetchForm.RECORDS, 5_000);
    broker.settle();
    assertFalse(late.isGiven(), () -> "was told " + late.get());
    left.forEach(AbandonedFetchTest::assertGivenUp);
    produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    broker.settle();
    assertEquals(List.of("a"), values(late));
  }

  @Test
  void whoLeftIsForgottenThoughNobodyElseComes() {
    List<Answer<FetchOutcome>> left = filled();
    gone = true;
    broker.pass(10_010);
    left.forEach(AbandonedFetchTest::assertGivenUp);
  }

  @Test
  void nothingIsReadForWhoLeft() {
    List<Answer<FetchOutcome>> left = filled();
    gone = true;
    produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    broker.settle();
    left.forEach(AbandonedFetchTest::assertGivenUp);
  }

  @Test
  void whoStaysKeepsHisPlaceToTheEnd() {
    List<Answer<FetchOutcome>> staying = filled();
    broker.pass(20_000);
    Answer<FetchOutcome> late = fetch(LOGS, 0, FetchCall.FetchForm.RECORDS, 5_000);
    broker.settle();
    var refused = assertInstanceOf(FetchOutcome.FetchRefused.class, late.get());
    assertEquals(ErrorKind.OVERLOADED, refused.refusal().kind());
    assertTrue(staying.stream().noneMatch(Answer::isGiven));
  }

  @Test
  void whoComesToALogThatIsBeingOpenedIsTakenInInPlaceOfThoseWhoLeft() {
    createUnsettled("logs", 1);
    List<Answer<FetchOutcome>> left = asked(OPENING, new FetchStart.AtEarliest());
    turnLoops();
    gone = true;
    clock.advance(200);
    Answer<List<PartOutcome>> late = produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    turnLoops();
    assertFalse(late.isGiven(), () -> "was told " + late.get());
    left.forEach(AbandonedFetchTest::assertGivenUp);
    assertEquals(0, written(late).baseOffset());
  }

  @Test
  void whoLeftALogThatIsBeingOpenedIsForgottenThoughNobodyElseComes() {
    createUnsettled("logs", 1);
    List<Answer<FetchOutcome>> left = asked(OPENING, new FetchStart.AtEarliest());
    turnLoops();
    gone = true;
    clock.advance(10_000);
    turnLoops();
    left.forEach(AbandonedFetchTest::assertGivenUp);
  }

  @Test
  void nothingIsSearchedForWhoLeft() {
    create("logs", 1);
    written(produce(Acks.ALL, LOGS, SampleBatches.of(7, "a")));
    gone = true;
    List<Answer<FetchOutcome>> left = asked(1, new FetchStart.AtTime(7));
    turnLoops();
    left.forEach(AbandonedFetchTest::assertGivenUp);
  }

  @Test
  void nothingIsReadOrSearchedForWhoLeftBeforeAThreadWasFree() {
    create("logs", 1);
    written(produce(Acks.ALL, LOGS, SampleBatches.of(7, "a")));
    List<Answer<FetchOutcome>> left = asked(1, new FetchStart.AtEarliest());
    left.addAll(asked(1, new FetchStart.AtTime(7)));
    turnLoops();
    assertTrue(left.stream().noneMatch(Answer::isGiven), "they wait for a thread");
    gone = true;
    broker.settle();
    left.forEach(AbandonedFetchTest::assertGivenUp);
  }

  private List<Answer<FetchOutcome>> filled() {
    create("logs", 1);
    List<Answer<FetchOutcome>> waiting = asked(FETCHES, new FetchStart.AtEarliest());
    broker.settle();
    assertTrue(waiting.stream().noneMatch(Answer::isGiven));
    return waiting;
  }

  /** Fetches of clients that have left once the test says so. */
  private List<Answer<FetchOutcome>> asked(int count, FetchStart start) {
    List<Answer<FetchOutcome>> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Answer<FetchOutcome> answer = new Answer<>();
      var call =
          new FetchCall(
              CALLER,
              LOGS,
              start,
              FetchCall.FetchForm.BATCHES,
              new FetchCall.Bounds(2, 1 << 20, LONGEST_MS));
      broker.core().fetch(call.abandonedWhen(() -> gone), answer);
      answers.add(answer);
    }
    return answers;
  }

  private static void assertGivenUp(Answer<FetchOutcome> answer) {
    var told = assertInstanceOf(FetchOutcome.FetchRefused.class, answer.get());
    assertEquals(ErrorKind.TIMED_OUT, told.refusal().kind());
  }
}
