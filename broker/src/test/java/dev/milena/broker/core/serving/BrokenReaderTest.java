package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.OffsetsCall;
import dev.milena.broker.core.OffsetsOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.log.disk.JdkDisk;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A bug on a reader thread is loud, and nobody waits for its answer for ever. */
class BrokenReaderTest extends CoreOnThreads {
  private static final PartitionName WHERE = new PartitionName(TOPIC, 0);

  private final TroubledDisk disk = new TroubledDisk(new JdkDisk());

  @Test
  void whoWaitsForAReaderThatBreaksIsToldAndTheNextIsServed() throws Exception {
    try (CoreWiring core = started(disk)) {
      create(core);
      produce(core, 0, "a").get(SECONDS, TimeUnit.SECONDS);
      disk.troubleReads(path -> {
        throw new IllegalStateException("a planted bug");
      });
      var read = assertInstanceOf(FetchOutcome.FetchRefused.class, fetch(core));
      assertEquals(ErrorKind.INTERNAL, read.refusal().kind());
      var search = assertInstanceOf(OffsetsOutcome.OffsetsRefused.class, search(core));
      assertEquals(ErrorKind.INTERNAL, search.refusal().kind());
      disk.troubleReads(path -> {});
      assertInstanceOf(FetchOutcome.RecordsFetched.class, fetch(core));
      assertInstanceOf(OffsetsOutcome.Found.class, search(core));
    }
  }

  private static FetchOutcome fetch(CoreWiring core) throws Exception {
    CompletableFuture<FetchOutcome> answer = new CompletableFuture<>();
    core.core()
        .fetch(
            new FetchCall(
                CALLER,
                WHERE,
                new FetchStart.AtEarliest(),
                FetchCall.FetchForm.RECORDS,
                new FetchCall.Bounds(1, 4_096, 0)),
            answer::complete);
    return answer.get(SECONDS, TimeUnit.SECONDS);
  }

  private static OffsetsOutcome search(CoreWiring core) throws Exception {
    CompletableFuture<OffsetsOutcome> answer = new CompletableFuture<>();
    core.core()
        .listOffsets(new OffsetsCall(CALLER, WHERE, new FetchStart.AtTime(1)), answer::complete);
    return answer.get(SECONDS, TimeUnit.SECONDS);
  }
}
