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
import dev.milena.broker.core.SampleBatches;
import dev.milena.log.disk.SimFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stories of writing, one a test. */
class CoreWritesTest extends CoreOnOneThread {
  CoreWritesTest() throws IOException {}

  @Test
  void allIsAnsweredAfterTheFlushAndLeaderBeforeIt() {
    create("logs", 1);
    Answer<List<PartOutcome>> all = produce(Acks.ALL, LOGS, SampleBatches.of(7, "a", "b"));
    turnLoops();
    assertTrue(!all.isGiven(), "acknowledged before the flush");
    Answer<List<PartOutcome>> leader = produce(Acks.LEADER, LOGS, SampleBatches.of(7, "c"));
    turnLoops();
    var appended = assertInstanceOf(PartOutcome.Written.class, leader.get().getFirst());
    assertEquals(2, appended.baseOffset());
    assertTrue(!all.isGiven(), "acknowledged before the flush");
    broker.settle();
    assertEquals(0, written(all).baseOffset());
    assertEquals(2, written(all).recordCount());
    assertEquals(List.of("a", "b", "c"), values(fetch(LOGS, 0)));
  }

  @Test
  void noneIsAnsweredBeforeTheAppendAndErrorsOfTheRequestAreStillTold() {
    create("logs", 1);
    Answer<List<PartOutcome>> none = produce(Acks.NONE, LOGS, SampleBatches.of(7, "a"));
    assertInstanceOf(PartOutcome.Handed.class, none.get().getFirst());
    Answer<List<PartOutcome>> torn = produce(Acks.NONE, LOGS, SampleBatches.of(7, "a").limit(60));
    assertEquals(ErrorKind.CORRUPT_BATCH, refusal(torn));
    broker.settle();
    assertEquals(List.of("a"), values(fetch(LOGS, 0)));
  }

  @Test
  void topicCanBeWrittenToTheMomentItWasCreated() {
    createUnsettled("logs", 1);
    Answer<List<PartOutcome>> early = produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    broker.settle();
    assertEquals(0, written(early).baseOffset());
  }

  @Test
  void recordsSurviveAKillAndAnOrderlyStopByteForByte() throws IOException {
    create("logs", 1);
    ByteBuffer sent = SampleBatches.of(7, "a", "b");
    ByteBuffer copy = SampleBatches.joined(sent);
    produce(Acks.ALL, LOGS, sent);
    broker.settle();
    broker.stop();
    restart(disk.restart());
    produce(Acks.ALL, LOGS, SampleBatches.of(8, "c"));
    broker.settle();
    restart(disk.crash());
    assertEquals(List.of("a", "b", "c"), values(fetch(LOGS, 0)));
    ByteBuffer stored = batches(fetch(LOGS, 0, FetchCall.FetchForm.BATCHES, 0));
    int recordsAt = 21;
    assertEquals(
        copy.slice(recordsAt, copy.limit() - recordsAt),
        stored.slice(recordsAt, copy.limit() - recordsAt));
  }

  @Test
  void failedSyncTakesTheLogOfflineAndAcknowledgesNothing() {
    create("logs", 1);
    produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    broker.settle();
    Answer<List<PartOutcome>> lost = produce(Acks.ALL, LOGS, SampleBatches.of(7, "b"));
    turnLoops();
    disk.failAt(disk.calls() + 1, SimFault.IO_ERROR);
    broker.settle();
    assertEquals(ErrorKind.STORAGE_OFFLINE, refusal(lost));
    assertEquals(
        ErrorKind.STORAGE_OFFLINE, refusal(produce(Acks.ALL, LOGS, SampleBatches.of(7, "c"))));
    var read = assertInstanceOf(FetchOutcome.FetchRefused.class, fetch(LOGS, 0).get());
    assertEquals(ErrorKind.STORAGE_OFFLINE, read.refusal().kind());
  }

  @Test
  void fullDiskRefusesWritesServesReadsAndComesBack() {
    create("logs", 1);
    produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    broker.settle();
    disk.setCapacity(disk.usedBytes());
    assertEquals(
        ErrorKind.STORAGE_FULL, refusal(produce(Acks.ALL, LOGS, SampleBatches.of(7, "b"))));
    assertEquals(List.of("a"), values(fetch(LOGS, 0)));
    disk.setCapacity(Long.MAX_VALUE);
    assertEquals(1, written(produce(Acks.ALL, LOGS, SampleBatches.of(7, "c"))).baseOffset());
    assertEquals(List.of("a", "c"), values(fetch(LOGS, 0)));
  }

  @Test
  void tooFewInSyncReplicasRefuseAllAndShowNothing() {
    create("logs", 1, "min.insync.replicas", "2");
    assertEquals(
        ErrorKind.NOT_ENOUGH_REPLICAS, refusal(produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"))));
    assertEquals(0, written(produce(Acks.LEADER, LOGS, SampleBatches.of(7, "b"))).baseOffset());
    assertEquals(List.of(), values(fetch(LOGS, 0)));
    alter("logs", "min.insync.replicas", "1");
    assertEquals(List.of("b"), values(fetch(LOGS, 0)));
  }

  @Test
  void batchOverTheTopicsBoundIsRefused() {
    create("logs", 1, "max.message.bytes", "200");
    assertEquals(
        ErrorKind.RECORD_TOO_LARGE,
        refusal(produce(Acks.ALL, LOGS, SampleBatches.of(7, "x".repeat(300)))));
    alter("logs", "max.message.bytes", "1000");
    assertEquals(
        0, written(produce(Acks.ALL, LOGS, SampleBatches.of(7, "x".repeat(300)))).baseOffset());
  }

  @Test
  void logAppendTimeIsToldAndStored() {
    create("logs", 1, "message.timestamp.type", "LogAppendTime");
    PartOutcome.Written written = written(produce(Acks.ALL, LOGS, SampleBatches.of(7, "a")));
    assertEquals(clock.wallMs(), written.logAppendTimeMs());
    var records = assertInstanceOf(FetchOutcome.RecordsFetched.class, fetch(LOGS, 0).get());
    assertEquals(clock.wallMs(), records.records().getFirst().timestampMs());
  }

  @Test
  void orderlyStopAnswersEveryoneWhoWaits() throws IOException {
    create("logs", 1);
    Answer<List<PartOutcome>> write = produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    turnLoops();
    Answer<FetchOutcome> read = fetch(LOGS, 0, FetchCall.FetchForm.RECORDS, 60_000);
    turnLoops();
    broker.stop();
    assertEquals(0, written(write).baseOffset(), "the last flush of a stop commits");
    var refused = assertInstanceOf(FetchOutcome.FetchRefused.class, read.get());
    assertEquals(ErrorKind.SHUTTING_DOWN, refused.refusal().kind());
    assertEquals(
        ErrorKind.SHUTTING_DOWN, refusal(produce(Acks.ALL, LOGS, SampleBatches.of(7, "b"))));
  }

  @Test
  void writesThatAStopRefusesBeforeTheirTurnSayThatNothingWasStored() throws IOException {
    create("logs", 1);
    Answer<List<PartOutcome>> queued = produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    broker.stop();
    Answer<List<PartOutcome>> late = produce(Acks.ALL, LOGS, SampleBatches.of(7, "b"));
    for (Answer<List<PartOutcome>> write : List.of(queued, late)) {
      assertEquals(ErrorKind.SHUTTING_DOWN, refusal(write));
      assertNothingStored(write);
    }
    restart(disk.restart());
    assertEquals(List.of(), values(fetch(LOGS, 0)));
  }

  @Test
  void writeThatComesToALogThatHasFailedSaysThatNothingWasStored() {
    create("logs", 1);
    produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    turnLoops();
    disk.failAt(disk.calls() + 1, SimFault.IO_ERROR);
    broker.settle();
    Answer<List<PartOutcome>> late = produce(Acks.ALL, LOGS, SampleBatches.of(7, "b"));
    assertEquals(ErrorKind.STORAGE_OFFLINE, refusal(late));
    assertNothingStored(late);
  }

  private static void assertNothingStored(Answer<List<PartOutcome>> write) {
    var told = assertInstanceOf(PartOutcome.NotWritten.class, write.get().getFirst()).refusal();
    assertTrue(told.saysNothingStored(), told::toString);
  }

  @Test
  void waitingWriteTimesOutAndSaysThatItsOutcomeIsUnknown() {
    create("logs", 1);
    Answer<List<PartOutcome>> write = produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    turnLoops();
    clock.advance(1_001);
    turnLoops();
    assertEquals(ErrorKind.TIMED_OUT, refusal(write));
    var told = assertInstanceOf(PartOutcome.NotWritten.class, write.get().getFirst()).refusal();
    assertFalse(told.about().containsKey("stored"), "it may last: " + told);
    broker.settle();
    assertEquals(List.of("a"), values(fetch(LOGS, 0)));
  }
}
