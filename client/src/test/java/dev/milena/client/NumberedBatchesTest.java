package dev.milena.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.proto.v1.Error;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.records.BatchCheck;
import dev.milena.records.BatchFault;
import dev.milena.records.BatchHeader;
import dev.milena.records.Compression;
import dev.milena.records.ProducerStamp;
import dev.milena.records.RecordBatchBuilder;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A producer numbers its batches, so that a log stores each once. */
class NumberedBatchesTest {
  private static final Map<String, String> NOT_STORED = Map.of("stored", "no");

  private static final Error UNKNOWN =
      FakeCluster.error("TIMED_OUT", Status.Code.DEADLINE_EXCEEDED, Map.of());

  private final FakeCluster cluster = new FakeCluster(1);
  private final MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.bootstrap()));

  /** How a batch is numbered. */
  private record Numbered(long id, int epoch, int first, int records) {}

  @BeforeEach
  void topic() {
    cluster.createTopic("t", 1);
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  private void send(ProducerSettings settings, int count) throws Exception {
    try (Producer producer = client.producer(settings.withBytes(1_024, 16_384, 1 << 20))) {
      List<CompletableFuture<RecordPlace>> sent = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ByteBuffer value = ByteBuffer.wrap(("value " + i).getBytes(StandardCharsets.UTF_8));
        sent.add(producer.send(OutgoingRecord.of("t", value).to(0)));
      }
      for (CompletableFuture<RecordPlace> each : sent) {
        each.get();
      }
    }
  }

  private void refuseInTurn(Error... errors) {
    Iterator<Error> next = List.of(errors).iterator();
    cluster.refusal = _ -> next.hasNext() ? Optional.of(next.next()) : Optional.empty();
  }

  private static Error error(String reason, Status.Code code) {
    return FakeCluster.error(reason, code, NOT_STORED);
  }

  /** Of all that was sent, one list for each request. */
  private List<List<Numbered>> requests() {
    List<List<Numbered>> all = new ArrayList<>();
    for (ProduceRequest request : cluster.writes) {
      List<Numbered> numbers = new ArrayList<>();
      ByteBuffer bytes = ByteBuffer.wrap(request.getBatches().toByteArray());
      for (int at = 0; at < bytes.limit(); at += BatchHeader.sizeInBytes(bytes, at)) {
        assertEquals(
            BatchFault.NONE,
            BatchCheck.ofProduced().checkOne(bytes, at, BatchCheck.LARGEST_BATCH_BYTES));
        numbers.add(
            new Numbered(
                BatchHeader.producerId(bytes, at),
                BatchHeader.producerEpoch(bytes, at),
                BatchHeader.baseSequence(bytes, at),
                BatchHeader.recordCount(bytes, at)));
      }
      all.add(numbers);
    }
    return all;
  }

  @Test
  void batchesAreNumberedWithoutAGapAndAtMostFiveAreInARequest() throws Exception {
    send(ProducerSettings.defaults(), 2_000);

    int next = 0;
    for (List<Numbered> request : requests()) {
      assertTrue(request.size() <= 5, request::toString);
      for (Numbered batch : request) {
        assertEquals(new Numbered(70, 0, next, batch.records()), batch);
        next += batch.records();
      }
    }
    assertEquals(2_000, next);
  }

  @Test
  void whatIsSentAgainHasTheSameNumber() throws Exception {
    refuseInTurn(error("STORAGE_FULL", Status.Code.UNAVAILABLE));

    send(ProducerSettings.defaults(), 1);

    assertEquals(
        List.of(List.of(new Numbered(70, 0, 0, 1)), List.of(new Numbered(70, 0, 0, 1))),
        requests());
  }

  @Test
  void afterAGapABatchIsNumberedAnewInTheNextEpoch() throws Exception {
    refuseInTurn(error("OUT_OF_ORDER_SEQUENCE", Status.Code.FAILED_PRECONDITION));

    send(ProducerSettings.defaults(), 1);

    assertEquals(
        List.of(List.of(new Numbered(70, 0, 0, 1)), List.of(new Numbered(70, 1, 0, 1))),
        requests());
  }

  private CompletableFuture<RecordPlace> sendOne(Producer producer, String value) {
    return producer.send(OutgoingRecord.of("t", StandardCharsets.UTF_8.encode(value)).to(0));
  }

  /** Has the first request wait for a signal, and answers the first ones so, in turn. */
  private void holdAndAnswer(CountDownLatch held, List<Optional<Error>> answers) {
    Iterator<Optional<Error>> next = answers.iterator();
    cluster.refusal =
        _ -> {
          try {
            assertTrue(held.await(10, TimeUnit.SECONDS));
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return next.hasNext() ? next.next() : Optional.empty();
        };
  }

  private void awaitFirstRequest() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (cluster.writes.isEmpty() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertFalse(cluster.writes.isEmpty());
  }

  /** So that a log has stored all of a request or nothing: what came since is not sent with it. */
  @Test
  void whatMayBeStoredIsSentAgainWithoutWhatCameSince() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    holdAndAnswer(held, List.of(Optional.of(UNKNOWN)));
    try (Producer producer = client.producer(ProducerSettings.defaults())) {
      List<CompletableFuture<RecordPlace>> sent = new ArrayList<>();
      sent.add(sendOne(producer, "first"));
      awaitFirstRequest();
      for (int i = 0; i < 3; i++) {
        sent.add(sendOne(producer, "later " + i));
      }
      held.countDown();
      for (CompletableFuture<RecordPlace> each : sent) {
        each.get();
      }
    }

    assertEquals(
        List.of(
            List.of(new Numbered(70, 0, 0, 1)),
            List.of(new Numbered(70, 0, 0, 1)),
            List.of(new Numbered(70, 0, 1, 3))),
        requests());
  }

  @Test
  void afterAGapTheBatchesOfARequestAreNumberedAnewTogether() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    Error gap = error("OUT_OF_ORDER_SEQUENCE", Status.Code.FAILED_PRECONDITION);
    holdAndAnswer(held, List.of(Optional.empty(), Optional.of(gap)));
    ProducerSettings small =
        ProducerSettings.defaults().withBytes(1_024, 16_384, 1 << 20).withLingerMs(0);
    try (Producer producer = client.producer(small)) {
      List<CompletableFuture<RecordPlace>> sent = new ArrayList<>();
      sent.add(sendOne(producer, "first"));
      awaitFirstRequest();
      for (int i = 0; i < 3; i++) {
        sent.add(sendOne(producer, "x".repeat(700)));
      }
      held.countDown();
      for (CompletableFuture<RecordPlace> each : sent) {
        each.get();
      }
    }

    assertEquals(
        List.of(
            List.of(new Numbered(70, 0, 0, 1)),
            List.of(
                new Numbered(70, 0, 1, 1), new Numbered(70, 0, 2, 1), new Numbered(70, 0, 3, 1)),
            List.of(
                new Numbered(70, 1, 0, 1), new Numbered(70, 1, 1, 1), new Numbered(70, 1, 2, 1))),
        requests());
  }

  /** A copy of the first attempt may come to the leader after it has said that there is none. */
  @Test
  void whatMayBeStoredUnderItsNumberIsNeverSentUnderAnother() throws Exception {
    refuseInTurn(UNKNOWN, error("OUT_OF_ORDER_SEQUENCE", Status.Code.FAILED_PRECONDITION));
    try (Producer producer = client.producer(ProducerSettings.defaults())) {
      CompletableFuture<RecordPlace> first = sendOne(producer, "first");

      MilenaException failure =
          assertInstanceOf(
              MilenaException.class, assertThrows(ExecutionException.class, first::get).getCause());

      assertEquals("DELIVERY_TIMED_OUT", failure.reason());
      assertFalse(failure.nothingStored(), failure.toString());
      sendOne(producer, "next").get();
    }

    assertEquals(
        List.of(
            List.of(new Numbered(70, 0, 0, 1)),
            List.of(new Numbered(70, 0, 0, 1)),
            List.of(new Numbered(70, 1, 0, 1))),
        requests());
  }

  /** So nothing has to be refused first, which costs a question to the quorum. */
  @Test
  void afterWhatWasGivenUpAndMayBeStoredTheNextBeginsAnEpoch() throws Exception {
    refuseInTurn(
        FakeCluster.error(
            "TIMED_OUT", Status.Code.DEADLINE_EXCEEDED, Map.of("retryAfterMs", "500")));
    ProducerSettings impatient = ProducerSettings.defaults().withTiming(1_000, 400, 400);
    try (Producer producer = client.producer(impatient)) {
      CompletableFuture<RecordPlace> first = sendOne(producer, "first");
      assertThrows(ExecutionException.class, first::get);
      sendOne(producer, "next").get();
    }

    assertEquals(
        List.of(List.of(new Numbered(70, 0, 0, 1)), List.of(new Numbered(70, 1, 0, 1))),
        requests());
  }

  private static ByteBuffer numberedBySomebodyElse() {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, 1_024)) {
      builder.producer(new ProducerStamp(9, (short) 0, 3, false));
      builder.append(1_000, null, ByteBuffer.wrap(new byte[] {1}), List.of());
      ByteBuffer built = builder.build();
      return ByteBuffer.allocate(built.remaining()).put(built).flip();
    }
  }

  @Test
  void behindWhatSomebodyElseNumberedARecordHasTheSameNumberAgain() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    Error full = error("STORAGE_FULL", Status.Code.UNAVAILABLE);
    holdAndAnswer(held, List.of(Optional.empty(), Optional.of(full)));
    try (Producer producer = client.producer(ProducerSettings.defaults().withLingerMs(0))) {
      CompletableFuture<RecordPlace> first = sendOne(producer, "first");
      awaitFirstRequest();
      var whole = producer.sendBatches(new TopicPartition("t", 0), numberedBySomebodyElse());
      CompletableFuture<RecordPlace> last = sendOne(producer, "last");
      held.countDown();
      CompletableFuture.allOf(first, whole, last).get(20, TimeUnit.SECONDS);
    }

    List<Numbered> together = List.of(new Numbered(9, 0, 3, 1), new Numbered(70, 0, 1, 1));
    assertEquals(List.of(List.of(new Numbered(70, 0, 0, 1)), together, together), requests());
  }

  /** A log remembers none of them, so nothing is gained by sending them in small portions. */
  @Test
  void wholeBatchesWithoutNumbersGoTogetherAsManyAsThereAre() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    holdAndAnswer(held, List.of());
    try (Producer producer = client.producer(ProducerSettings.defaults())) {
      List<CompletableFuture<RecordPlace>> sent = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        sent.add(producer.sendBatches(new TopicPartition("t", 0), unnumbered()));
        awaitFirstRequest();
      }
      held.countDown();
      CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
    }

    assertEquals(List.of(1, 19), requests().stream().map(List::size).toList());
  }

  private static ByteBuffer unnumbered() {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, 1_024)) {
      builder.append(1_000, null, ByteBuffer.wrap(new byte[] {1}), List.of());
      ByteBuffer built = builder.build();
      return ByteBuffer.allocate(built.remaining()).put(built).flip();
    }
  }

  @Test
  void whatSomebodyElseNumberedIsRefusedAtOnce() throws Exception {
    cluster.refusal =
        _ -> Optional.of(error("OUT_OF_ORDER_SEQUENCE", Status.Code.FAILED_PRECONDITION));
    ByteBuffer whole = numberedBySomebodyElse();
    try (Producer producer = client.producer(ProducerSettings.defaults())) {
      CompletableFuture<RecordPlace> sent = producer.sendBatches(new TopicPartition("t", 0), whole);

      var thrown = assertThrows(ExecutionException.class, () -> sent.get(20, TimeUnit.SECONDS));

      assertEquals(
          "OUT_OF_ORDER_SEQUENCE",
          assertInstanceOf(MilenaException.class, thrown.getCause()).reason());
    }
    assertEquals(List.of(List.of(new Numbered(9, 0, 3, 1))), requests());
  }

  @Test
  void whatIsTurnedAwayForGoodLeavesItsNumberToTheNext() throws Exception {
    refuseInTurn(error("CORRUPT_BATCH", Status.Code.INVALID_ARGUMENT));
    try (Producer producer = client.producer(ProducerSettings.defaults())) {
      CompletableFuture<RecordPlace> first = sendOne(producer, "first");
      assertThrows(ExecutionException.class, first::get);
      sendOne(producer, "next").get();
    }

    assertEquals(
        List.of(List.of(new Numbered(70, 0, 0, 1)), List.of(new Numbered(70, 0, 0, 1))),
        requests());
  }

  @Test
  void whatWasStoredLongAgoIsDoneAtAnUnknownPlace() throws Exception {
    refuseInTurn(FakeCluster.error("DUPLICATE_SEQUENCE", Status.Code.ALREADY_EXISTS, Map.of()));

    try (Producer producer = client.producer(ProducerSettings.defaults())) {
      ByteBuffer value = ByteBuffer.wrap(new byte[] {1});
      assertEquals(
          new RecordPlace("t", 0, RecordPlace.UNKNOWN_OFFSET),
          producer.send(OutgoingRecord.of("t", value).to(0)).get());
    }
  }

  @Test
  void whoIsContentWithTheLeaderAloneAsksForNoNumber() throws Exception {
    send(ProducerSettings.defaults().withAcks(Acks.LEADER), 1);

    assertEquals(List.of(List.of(new Numbered(-1, -1, -1, 1))), requests());
    assertEquals(70, cluster.counts.producers.get());
  }
}
