package dev.milena.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.proto.v1.Error;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.records.BatchCheck;
import dev.milena.records.BatchFault;
import dev.milena.records.BatchHeader;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A producer numbers its batches, so that a log stores each once. */
class NumberedBatchesTest {
  private static final Map<String, String> NOT_STORED = Map.of("stored", "no");

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
