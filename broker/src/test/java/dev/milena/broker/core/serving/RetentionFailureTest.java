package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.SampleBatches;
import dev.milena.log.disk.SimFault;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A disk that fails under retention, of a partition that nobody writes to. */
class RetentionFailureTest extends CoreOnOneThread {
  /** Longer than retention looks around. */
  private static final int MINUTES_MS = 120_000;

  RetentionFailureTest() throws IOException {}

  @Test
  void whoeverWaitsHearsThatTheLogIsOfflineThoughNobodyWrites() {
    create("logs", 1, "retention.ms", "1000");
    written(produce(Acks.ALL, LOGS, SampleBatches.of(7, "old")));
    Answer<FetchOutcome> waiting = fetch(LOGS, 1, FetchCall.FetchForm.RECORDS, 2 * MINUTES_MS);
    turnLoops();
    clock.advance(MINUTES_MS);
    disk.failAt(disk.calls() + 1, SimFault.IO_ERROR);

    turnLoops();

    var refused = assertInstanceOf(FetchOutcome.FetchRefused.class, waiting.get());
    assertEquals(ErrorKind.STORAGE_OFFLINE, refused.refusal().kind());
  }
}
