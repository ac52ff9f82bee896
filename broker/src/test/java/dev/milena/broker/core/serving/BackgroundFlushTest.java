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
import dev.milena.broker.core.hosting.HostingLimits;
import dev.milena.broker.core.hosting.MovePace;
import dev.milena.log.disk.SimFault;
import dev.milena.replication.FlushPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With flush.policy=replicated nobody waits for the disk, and records reach it all the same. */
class BackgroundFlushTest extends CoreOnOneThread {
  private static final int MOST_BYTES = 10_000;
  private static final int MOST_MS = 5_000;
  private static final int QUARTER = MOST_BYTES / 4;

  BackgroundFlushTest() throws IOException {
    super(
        new CoreSettings.Limits(
            2,
            1,
            1,
            64 << 20,
            64 << 20,
            MovePace.UNBOUNDED,
            new HostingLimits(
                100, 100, 100, 100, 100, new HostingLimits.Unflushed(MOST_BYTES, MOST_MS), 60_000)),
        FlushPolicy.REPLICATED);
  }

  @Test
  void writesAreAnsweredBeforeTheirFlush() {
    create("logs", 1);
    write(10);
    Answer<FetchOutcome> read = fetch(LOGS, 0, FetchCall.FetchForm.RECORDS, 0);
    turnLoops();
    broker.step(2);
    assertEquals(1, values(read).size(), "committed, and to be seen");
    assertFalse(broker.flush(), "nobody waits for a flush");
  }

  @Test
  void topicWhoseOwnPolicyIsAckWaitsForItsFlushAndGoesBackWithIt() {
    create("logs", 1);
    write(10);
    alter("logs", "flush.policy", "ack");
    Answer<List<PartOutcome>> answer = produce(Acks.ALL, LOGS, SampleBatches.of(7, "x"));
    turnLoops();
    assertFalse(answer.isGiven(), "its flush is still to come");
    assertTrue(broker.flush());
    turnLoops();
    assertInstanceOf(PartOutcome.Written.class, answer.get().getFirst());
    alter("logs", "flush.policy", "replicated");

    write(10);

    assertFalse(broker.flush(), "nobody waits for a flush");
  }

  @Test
  void oldestUnflushedByteIsAskedForInTime() {
    create("logs", 1);
    write(10);
    clock.advance(MOST_MS - 1);
    write(10);
    assertFalse(broker.flush());
    clock.advance(1);
    turnLoops();
    assertTrue(broker.flush());
    turnLoops();
    clock.advance(10 * MOST_MS);
    turnLoops();
    assertFalse(broker.flush(), "everything is flushed");
  }

  @Test
  void manyUnflushedBytesAreAskedForAtOnceAndOnlyOnce() {
    create("logs", 1);
    for (int i = 0; i < 3; i++) {
      write(QUARTER);
      assertFalse(broker.flush());
    }
    write(QUARTER);
    write(10);
    assertTrue(broker.flush());
    turnLoops();
    assertFalse(broker.flush(), "what came meanwhile is little and new");
  }

  @Test
  void topicThatAsksForItIsFlushedSooner() {
    create("logs", 1);
    alter("logs", "flush.messages", "2");
    alter("logs", "flush.ms", "9");
    write(10);
    assertFalse(broker.flush());
    write(10);
    assertTrue(broker.flush(), "two records");
    turnLoops();
    write(10);
    clock.advance(9);
    turnLoops();
    assertTrue(broker.flush(), "9 ms");
  }

  @Test
  void powerCutTakesNothingThatWasFlushedInTheBackground() throws IOException {
    create("logs", 1);
    int lost = 0;
    List<String> safe = List.of();
    for (int bytes = 10; bytes < 46; bytes += 3) {
      write(bytes);
      write(bytes + 1);
      clock.advance(MOST_MS);
      broker.settle();
      write(bytes + 2);
      List<String> flushed = new ArrayList<>(safe);
      flushed.addAll(List.of("x".repeat(bytes), "x".repeat(bytes + 1)));
      restart(disk.crash());
      safe = values(fetch(LOGS, 0));
      assertEquals(flushed, safe.subList(0, flushed.size()));
      lost += safe.equals(flushed) ? 1 : 0;
    }
    assertTrue(lost > 0, "no power cut took anything, so nothing was seen here");
  }

  @Test
  void failedLogIsNotAskedForAgain() {
    create("logs", 1);
    write(MOST_BYTES);
    write(10);
    disk.failAt(disk.calls() + 1, SimFault.IO_ERROR);
    assertTrue(broker.flush());
    turnLoops();
    clock.advance(MOST_MS);
    turnLoops();
    assertFalse(broker.flush(), "though bytes came while the round ran");
    assertEquals(
        ErrorKind.STORAGE_OFFLINE, refusal(produce(Acks.ALL, LOGS, SampleBatches.of(7, "late"))));
    assertFalse(broker.flush());
  }

  private void write(int bytes) {
    Answer<List<PartOutcome>> answer =
        produce(Acks.ALL, LOGS, SampleBatches.of(7, "x".repeat(bytes)));
    turnLoops();
    assertInstanceOf(PartOutcome.Written.class, answer.get().getFirst());
  }
}
