package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.PlainRecord;
import dev.milena.broker.core.ProduceCall;
import dev.milena.broker.core.RecordsCall;
import dev.milena.broker.core.RecordsOutcome;
import dev.milena.broker.core.SampleBatches;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A write that waits for its acknowledgement costs a place in a list, and not its bytes. */
class WaitingWritesTest extends CoreOnOneThread {
  private static final int BYTES = 100_000;

  /** A collection that is asked for clears what nothing holds; one more is for the slow. */
  private static final int COLLECTIONS = 20;

  private final AtomicInteger released = new AtomicInteger();

  WaitingWritesTest() throws IOException {}

  @Test
  void bytesOfBatchesAreLetGoOfWhenTheyAreInTheLogAndNotWhenTheyAreOnTheDisk() {
    create("logs", 1);
    Answer<List<PartOutcome>> waiting = new Answer<>();
    WeakReference<byte[]> bytes = sendBatches(waiting);
    // What the log keeps of the last append is of this one.
    produce(Acks.LEADER, LOGS, SampleBatches.of(7, "next"));
    turnLoops();
    assertFalse(waiting.isGiven(), "acknowledged before the flush");
    assertEquals(1, released.get());
    assertTrue(isCollected(bytes), "the bytes are held until the flush");
    assertEquals(0, written(waiting).baseOffset());
  }

  @Test
  void recordsInTheClearAreLetGoOfWhenTheyAreInTheLog() {
    create("logs", 1);
    Answer<RecordsOutcome> waiting = new Answer<>();
    WeakReference<byte[]> bytes = sendRecords(waiting);
    produce(Acks.LEADER, LOGS, SampleBatches.of(7, "next"));
    turnLoops();
    assertFalse(waiting.isGiven(), "acknowledged before the flush");
    assertTrue(isCollected(bytes), "the records are held until the flush");
    broker.settle();
    assertInstanceOf(RecordsOutcome.Shared.class, waiting.get());
  }

  private WeakReference<byte[]> sendBatches(Answer<List<PartOutcome>> answer) {
    ByteBuffer batches = SampleBatches.of(7, "x".repeat(BYTES));
    byte[] bytes = new byte[batches.remaining()];
    batches.get(bytes);
    var part = new ProduceCall.Part(LOGS, ByteBuffer.wrap(bytes), released::incrementAndGet);
    broker.core().produce(new ProduceCall(CALLER, Acks.ALL, 1_000, List.of(part)), answer);
    return new WeakReference<>(bytes);
  }

  private WeakReference<byte[]> sendRecords(Answer<RecordsOutcome> answer) {
    byte[] value = new byte[BYTES];
    var record = new PlainRecord(-1, PlainRecord.NOW, null, ByteBuffer.wrap(value), List.of());
    var call =
        new RecordsCall(CALLER, "logs", RecordsCall.BY_KEY, Acks.ALL, 1_000, List.of(record));
    broker.core().produceRecords(call, answer);
    return new WeakReference<>(value);
  }

  private static boolean isCollected(WeakReference<byte[]> bytes) {
    for (int i = 0; i < COLLECTIONS && bytes.get() != null; i++) {
      System.gc();
    }
    return bytes.get() == null;
  }
}
