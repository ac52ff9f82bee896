package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.hosting.HostingLimits;
import dev.milena.log.disk.SimFault;
import dev.milena.replication.FlushPolicy;
import java.io.IOException;
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
            new HostingLimits(
                100, 100, 100, 100, 100, new HostingLimits.Unflushed(MOST_BYTES, MOST_MS), 60_000)),
        FlushPolicy.REPLICATED);
  }

  @Test
  void writesAreAnsweredBeforeTheirFlush() {
    create("logs", 1);
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
  void powerCutTakesNothingThatWasFlushedInTheBackground() throws IOException {
    create("logs", 1);
    write(10);
    write(10);
    clock.advance(MOST_MS);
    broker.settle();
    restart(disk.crash());
    assertEquals(2, values(fetch(LOGS, 0)).size());
  }

  @Test
  void failedLogIsNotAskedForAgain() {
    create("logs", 1);
    write(MOST_BYTES);
    disk.failAt(disk.calls() + 1, SimFault.IO_ERROR);
    assertTrue(broker.flush());
    turnLoops();
    clock.advance(MOST_MS);
    turnLoops();
    assertFalse(broker.flush());
  }

  private void write(int bytes) {
    Answer<?> answer = produce(Acks.ALL, LOGS, SampleBatches.of(7, "x".repeat(bytes)));
    turnLoops();
    assertEquals(1, ((List<?>) answer.get()).size());
  }
}
