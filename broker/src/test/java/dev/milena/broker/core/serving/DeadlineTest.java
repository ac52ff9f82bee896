package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.SampleBatches;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nobody is kept waiting beyond the time it gave, and nothing happens behind its back after it. */
class DeadlineTest extends CoreOnOneThread {
  private static final int SHORT_MS = 100;
  private static final int LONG_MS = 60_000;

  DeadlineTest() throws IOException {}

  @ParameterizedTest
  @EnumSource(value = Acks.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void writeWhoseTimeIsOverBeforeItsTurnIsRefusedAndNeverStored(Acks acks) {
    create("logs", 1);
    Answer<List<PartOutcome>> late = produce(acks, LOGS, SampleBatches.of(7, "late"), SHORT_MS);
    clock.advance(SHORT_MS);
    Answer<List<PartOutcome>> next = produce(acks, LOGS, SampleBatches.of(7, "next"), SHORT_MS);
    broker.settle();
    Refusal told = refused(late);
    assertEquals(ErrorKind.TIMED_OUT, told.kind());
    assertTrue(told.message().contains("nothing was stored"), told.message());
    assertEquals("no", told.about().get("stored"));
    assertEquals(0, written(next).baseOffset());
    assertEquals(List.of("next"), values(fetch(LOGS, 0)));
  }

  @Test
  void writeThatNobodyWaitsForIsStoredHoweverLateItsTurnComes() {
    create("logs", 1);
    produce(Acks.NONE, LOGS, SampleBatches.of(7, "a"), SHORT_MS);
    clock.advance(SHORT_MS);
    broker.settle();
    assertEquals(List.of("a"), values(fetch(LOGS, 0)));
  }

  @Test
  void eachRequestThatWaitsForItsLogToBeOpenedIsAnsweredByItsOwnDeadline() {
    createUnsettled("logs", 1);
    Answer<List<PartOutcome>> patient = produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"), LONG_MS);
    Answer<List<PartOutcome>> hasty = produce(Acks.ALL, LOGS, SampleBatches.of(7, "b"), SHORT_MS);
    Answer<FetchOutcome> reader = fetch(LOGS, 0, FetchCall.FetchForm.RECORDS, 2 * SHORT_MS);
    turnLoops();
    assertFalse(hasty.isGiven() || reader.isGiven());
    clock.advance(SHORT_MS);
    turnLoops();
    assertEquals(ErrorKind.LEADER_NOT_AVAILABLE, refused(hasty).kind());
    assertFalse(reader.isGiven(), "the reader has time left");
    clock.advance(SHORT_MS);
    turnLoops();
    var told = assertInstanceOf(FetchOutcome.FetchRefused.class, reader.get());
    assertEquals(ErrorKind.LEADER_NOT_AVAILABLE, told.refusal().kind());
    broker.settle();
    assertEquals(0, written(patient).baseOffset());
    assertEquals(List.of("a"), values(fetch(LOGS, 0)));
  }

  @Test
  void writeThatNobodyWaitsForIsGivenUpWhenItsLogDoesNotOpenInItsTime() {
    createUnsettled("logs", 1);
    Answer<List<PartOutcome>> none = produce(Acks.NONE, LOGS, SampleBatches.of(7, "a"), SHORT_MS);
    turnLoops();
    assertInstanceOf(PartOutcome.Handed.class, none.get().getFirst());
    clock.advance(SHORT_MS);
    turnLoops();
    broker.settle();
    assertEquals(List.of(), values(fetch(LOGS, 0)));
  }

  @Test
  void writeWhoseLogOpensTooLateIsNotStored() {
    createUnsettled("logs", 1);
    Answer<List<PartOutcome>> write = produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"), SHORT_MS);
    turnLoops();
    broker.openLogs();
    clock.advance(SHORT_MS);
    broker.settle();
    assertEquals(ErrorKind.TIMED_OUT, refused(write).kind());
    assertEquals(List.of(), values(fetch(LOGS, 0)));
  }

  private static Refusal refused(Answer<List<PartOutcome>> answer) {
    return assertInstanceOf(PartOutcome.NotWritten.class, answer.get().getFirst()).refusal();
  }
}
