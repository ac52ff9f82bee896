package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.hosting.HostingLimits;
import dev.milena.broker.core.hosting.MovePace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever comes when something is full is told what is full, its bound and when to come again. */
class OverloadTest extends CoreOnOneThread {
  private static final int MAILBOX = 5;
  private static final int PRODUCES = 2;
  private static final int FETCHES = 3;
  private static final int OPENING = 4;
  private static final int READS = 1;
  private static final int BYTES = 100_000;

  OverloadTest() throws IOException {
    super(
        new CoreSettings.Limits(
            2,
            1,
            1,
            BYTES,
            BYTES,
            MovePace.UNBOUNDED,
            new HostingLimits(
                MAILBOX,
                PRODUCES,
                FETCHES,
                OPENING,
                READS,
                HostingLimits.Unflushed.DEFAULTS,
                60_000)));
  }

  @ParameterizedTest
  @EnumSource(Acks.class)
  void fullMailboxIsCalledOne(Acks acks) {
    create("logs", 1);
    for (int i = 0; i < MAILBOX; i++) {
      produce(acks, LOGS, small());
    }
    assertOverloaded(refused(produce(acks, LOGS, small())), MAILBOX + " requests wait");
    assertOverloaded(
        refused(fetch(LOGS, 0, FetchCall.FetchForm.RECORDS, 0)), MAILBOX + " requests wait");
  }

  @Test
  void fullMemoryForBytesIsCalledOne() {
    create("logs", 1);
    produce(Acks.ALL, LOGS, SampleBatches.of(7, "x".repeat(BYTES - 1_000)));
    Answer<List<PartOutcome>> late =
        produce(Acks.ALL, LOGS, SampleBatches.of(7, "x".repeat(1_000)));
    assertOverloaded(refused(late), "of " + BYTES + " bytes are waiting");
  }

  @Test
  void writesThatWaitForTheirAcknowledgementAreCounted() {
    create("logs", 1);
    for (int i = 0; i < PRODUCES; i++) {
      produce(Acks.ALL, LOGS, small());
    }
    Answer<List<PartOutcome>> late = produce(Acks.ALL, LOGS, small());
    turnLoops();
    assertOverloaded(refused(late), PRODUCES + " writes to logs-0 wait");
  }

  @Test
  void fetchesThatWaitForRecordsAreCounted() {
    create("logs", 1);
    for (int i = 0; i < FETCHES; i++) {
      fetch(LOGS, 0, FetchCall.FetchForm.RECORDS, 1_000);
    }
    Answer<FetchOutcome> late = fetch(LOGS, 0, FetchCall.FetchForm.RECORDS, 1_000);
    turnLoops();
    assertOverloaded(refused(late), FETCHES + " fetches wait for logs-0");
  }

  @Test
  void requestsThatWaitForALogToBeOpenedAreCounted() {
    createUnsettled("logs", 1);
    for (int i = 0; i < OPENING; i++) {
      produce(Acks.ALL, LOGS, small());
    }
    Answer<List<PartOutcome>> late = produce(Acks.ALL, LOGS, small());
    turnLoops();
    assertOverloaded(refused(late), OPENING + " requests wait for the log of logs-0");
  }

  @Test
  void readsThatWaitForTheDiskAreCounted() {
    create("logs", 1);
    written(produce(Acks.ALL, LOGS, small()));
    for (int i = 0; i < READS; i++) {
      fetch(LOGS, 0, FetchCall.FetchForm.RECORDS, 0);
    }
    Answer<FetchOutcome> late = fetch(LOGS, 0, FetchCall.FetchForm.RECORDS, 0);
    turnLoops();
    assertOverloaded(refused(late), READS + " reads wait for a disk");
  }

  private static ByteBuffer small() {
    return SampleBatches.of(7, "a");
  }

  private static Refusal refused(Answer<?> answer) {
    return switch (answer.get()) {
      case List<?> parts ->
          assertInstanceOf(PartOutcome.NotWritten.class, parts.getFirst()).refusal();
      case FetchOutcome outcome ->
          assertInstanceOf(FetchOutcome.FetchRefused.class, outcome).refusal();
      default -> throw new AssertionError(answer.get());
    };
  }

  private static void assertOverloaded(Refusal told, String full) {
    assertEquals(ErrorKind.OVERLOADED, told.kind());
    assertTrue(told.message().contains(full), told.message());
    assertTrue(told.message().contains("try again in 100 ms"), told.message());
    assertEquals("100", told.about().get("retryAfterMs"));
    assertEquals("logs", told.about().get("topic"));
  }
}
