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
import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.hosting.HostingLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients that have left give their places in a partition's list to those who have not. */
class AbandonedFetchTest extends CoreOnOneThread {
  private static final int FETCHES = 50;
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
            new HostingLimits(
                1_000, 10, FETCHES, 10, 10, HostingLimits.Unflushed.DEFAULTS, 60_000)));
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

  private List<Answer<FetchOutcome>> filled() {
    create("logs", 1);
    List<Answer<FetchOutcome>> waiting = new ArrayList<>();
    for (int i = 0; i < FETCHES; i++) {
      Answer<FetchOutcome> answer = new Answer<>();
      var call =
          new FetchCall(
              CALLER,
              LOGS,
              new FetchStart.AtEarliest(),
              FetchCall.FetchForm.BATCHES,
              new FetchCall.Bounds(2, 1 << 20, LONGEST_MS));
      broker.core().fetch(call.abandonedWhen(() -> gone), answer);
      waiting.add(answer);
    }
    broker.settle();
    assertTrue(waiting.stream().noneMatch(Answer::isGiven));
    return waiting;
  }

  private static void assertGivenUp(Answer<FetchOutcome> answer) {
    var told = assertInstanceOf(FetchOutcome.FetchRefused.class, answer.get());
    assertEquals(ErrorKind.TIMED_OUT, told.refusal().kind());
  }
}
