package dev.milena.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.proto.v1.Error;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether a record that was not acknowledged may be in the log: told to programs, and truly. */
class StoredOrNotTest {
  private static final Error TOO_LATE =
      FakeCluster.error(
          "TIMED_OUT", Status.Code.DEADLINE_EXCEEDED, Map.of("stored", "no", "retryAfterMs", "5"));
  private static final Error UNKNOWN =
      FakeCluster.error("TIMED_OUT", Status.Code.DEADLINE_EXCEEDED, Map.of("retryAfterMs", "5"));
  private static final Error CORRUPT =
      FakeCluster.error("CORRUPT_BATCH", Status.Code.INVALID_ARGUMENT, Map.of("stored", "no"));
  private static final Error TOO_LARGE =
      FakeCluster.error("RECORD_TOO_LARGE", Status.Code.INVALID_ARGUMENT, Map.of("stored", "no"));

  private final FakeCluster cluster = new FakeCluster(1);
  private final MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.bootstrap()));

  @BeforeEach
  void topic() {
    cluster.createTopic("t", 1);
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  /** Answers so, one request after the other, and then always as to the last. */
  private void answer(Error... errors) {
    Iterator<Error> next = Arrays.asList(errors).iterator();
    Error last = errors[errors.length - 1];
    cluster.refusal = _ -> Optional.of(next.hasNext() ? next.next() : last);
  }

  private List<MilenaException> failuresOf(int records) {
    ProducerSettings settings = ProducerSettings.defaults().withTiming(1_000, 400, 200);
    List<CompletableFuture<RecordPlace>> sent = new ArrayList<>();
    List<MilenaException> failures = new ArrayList<>();
    try (Producer producer = client.producer(settings)) {
      for (int i = 0; i < records; i++) {
        sent.add(
            producer.send(
                OutgoingRecord.of("t", StandardCharsets.UTF_8.encode("value " + i)).to(0)));
      }
      for (CompletableFuture<RecordPlace> future : sent) {
        var thrown = assertThrows(ExecutionException.class, future::get);
        failures.add(assertInstanceOf(MilenaException.class, thrown.getCause()));
      }
    }
    return failures;
  }

  private MilenaException failure() {
    return failuresOf(1).getFirst();
  }

  @Test
  void recordThatWasOnlyEverTurnedAwayCertainlyIsNotStored() {
    answer(TOO_LATE);
    MilenaException failure = failure();
    assertEquals("DELIVERY_TIMED_OUT", failure.reason());
    assertTrue(failure.nothingStored(), failure.toString());
    assertEquals("no", failure.about().get("stored"));
    assertTrue(failure.getMessage().contains("it was not written"), failure.getMessage());
  }

  @Test
  void ofARecordThatWasNeverSentItIsSaidWhatWasInTheWay() {
    cluster.lead("t", 0, 0);
    MilenaException failure = failure();
    assertTrue(failure.nothingStored(), failure.toString());
    assertTrue(
        failure.getMessage().endsWith("; it was not written (t-0 has no leader)"),
        failure.getMessage());
  }

  @Test
  void oneAttemptOfUnknownOutcomeLeavesTheDoubt() {
    answer(TOO_LATE, UNKNOWN, TOO_LATE);
    MilenaException failure = failure();
    assertEquals("DELIVERY_TIMED_OUT", failure.reason());
    assertFalse(failure.nothingStored(), failure.toString());
    assertTrue(failure.getMessage().contains("may or may not"), failure.getMessage());
  }

  @Test
  void aFinalRefusalSpeaksForItsOwnAttemptOnly() {
    answer(CORRUPT);
    assertTrue(failure().nothingStored());
    answer(UNKNOWN, CORRUPT);
    MilenaException failure = failure();
    assertEquals("CORRUPT_BATCH", failure.reason());
    assertFalse(failure.nothingStored(), failure.toString());
    assertTrue(failure.getMessage().contains("an earlier attempt"), failure.getMessage());
  }

  /** With other numbers a log would not know its records again. */
  @Test
  void aNumberedBatchThatMayBeStoredIsNotSentInHalves() {
    Iterator<Error> errors = List.of(UNKNOWN, TOO_LARGE).iterator();
    cluster.refusal = _ -> errors.hasNext() ? Optional.of(errors.next()) : Optional.empty();

    for (MilenaException failure : failuresOf(2)) {
      assertEquals("RECORD_TOO_LARGE", failure.reason());
      assertFalse(failure.nothingStored(), failure.toString());
    }
  }

  @Test
  void halvesOfABatchInheritItsDoubt() {
    answer(TOO_LARGE);
    failuresOf(2).forEach(failure -> assertTrue(failure.nothingStored(), failure.toString()));
    answer(UNKNOWN, TOO_LARGE);
    for (MilenaException failure : failuresOf(2)) {
      assertEquals("RECORD_TOO_LARGE", failure.reason());
      assertFalse(failure.nothingStored(), failure.toString());
    }
  }
}
