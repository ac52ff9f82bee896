package dev.milena.broker.door.grpc;

import static dev.milena.broker.door.grpc.CallClock.Verdict.HANG_UP;
import static dev.milena.broker.door.grpc.CallClock.Verdict.LATE;
import static dev.milena.broker.door.grpc.CallClock.Verdict.WAIT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.broker.door.grpc.CallClock.Patience;
import org.junit.jupiter.api.Test;

class CallClockTest {
  private static final Patience ROOMY = new Patience(30, 10, 5, false);
  private static final Patience SHORT = new Patience(30, 10, 5, true);

  /** Such that the numbers wrap around while a test counts. */
  private static long after(long nanos) {
    return Long.MAX_VALUE - 7 + nanos;
  }

  @Test
  void aRequestIsLateWhenItIsNotCompleteInTime() {
    CallClock clock = CallClock.started(after(0));
    assertEquals(WAIT, clock.verdict(after(30), ROOMY));
    assertEquals(LATE, clock.verdict(after(31), ROOMY));
    assertEquals(LATE, clock.messageBegan(after(29)).verdict(after(31), ROOMY));
    assertEquals(WAIT, clock.requestComplete().verdict(after(1_000), ROOMY));
  }

  @Test
  void aStreamIsLateWithAMessageAndNeverBetweenThem() {
    CallClock clock = CallClock.started(after(0)).streaming();
    assertEquals(WAIT, clock.verdict(after(1_000), ROOMY));
    clock = clock.messageBegan(after(1_000));
    assertEquals(WAIT, clock.verdict(after(1_030), ROOMY));
    assertEquals(LATE, clock.verdict(after(1_031), ROOMY));
    assertEquals(WAIT, clock.messageEnded().verdict(after(5_000), ROOMY));
  }

  @Test
  void unreadAnswersMatterOnlyWhileRoomIsShort() {
    CallClock clock = CallClock.started(after(0)).requestComplete().answered(after(100));
    assertEquals(WAIT, clock.verdict(after(5_000), ROOMY));
    assertEquals(WAIT, clock.verdict(after(110), SHORT));
    assertEquals(HANG_UP, clock.verdict(after(111), SHORT));
    assertEquals(WAIT, clock.answersTaken().verdict(after(5_000), SHORT));
  }

  @Test
  void aClientThatDoesNotTakeTheEndIsHungUpOn() {
    CallClock clock = CallClock.started(after(0)).ending(after(31));
    assertEquals(WAIT, clock.verdict(after(36), ROOMY));
    assertEquals(HANG_UP, clock.verdict(after(37), ROOMY));
    assertEquals(clock, clock.ending(after(40)));
    assertEquals(clock, clock.requestComplete());
  }
}
