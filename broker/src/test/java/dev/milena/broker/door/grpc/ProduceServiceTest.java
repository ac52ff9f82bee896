package dev.milena.broker.door.grpc;

import static dev.milena.broker.door.grpc.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.SampleBatches;
import dev.milena.proto.v1.Acks;
import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.PartitionAck;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.ProduceResponse;
import dev.milena.proto.v1.Record;
import dev.milena.proto.v1.RecordList;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ProduceService before a real core. */
class ProduceServiceTest {
  @TempDir private static Path folder;
  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.onDisk(folder).with("one", 1).with("six", 6).with("strict", 1);
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @Test
  void batchesAreStoredWithEveryKindOfAcks() {
    door.with("acks", 1);
    ProduceRequest.Builder request =
        batches("acks", SampleBatches.joined(sample("a", "b"), sample("c")));
    ProduceResponse all = door.produce().produce(request.build());
    assertEquals(List.of(ack(0, 0, 3)), all.getAcksList());
    ProduceResponse leader = door.produce().produce(request.setAcks(Acks.ACKS_LEADER).build());
    assertEquals(List.of(ack(0, 3, 3)), leader.getAcksList());
    ProduceResponse none = door.produce().produce(request.setAcks(Acks.ACKS_NONE).build());
    assertEquals(List.of(ack(0, -1, 3)), none.getAcksList());
    ProduceResponse after = door.produce().produce(request.setAcks(Acks.ACKS_ALL).build());
    assertEquals(List.of(ack(0, 9, 3)), after.getAcksList());
  }

  @Test
  void keysChoosePartitionsAndIndexesSayWhichWentWhere() {
    RecordList.Builder records = RecordList.newBuilder();
    for (int i = 0; i < 100; i++) {
      records.addRecords(Record.newBuilder().setKey(utf8("k" + i)).setValue(utf8("v" + i)));
    }
    ProduceResponse response =
        door.produce()
            .produce(ProduceRequest.newBuilder().setTopic("six").setRecords(records).build());

    var indexes = new TreeSet<Integer>();
    int before = -1;
    for (PartitionAck ack : response.getAcksList()) {
      assertTrue(ack.getPartition() > before, "partitions ascend");
      before = ack.getPartition();
      assertFalse(ack.hasError());
      assertEquals(ack.getRecordCount(), ack.getRecordIndexesCount());
      indexes.addAll(ack.getRecordIndexesList());
    }
    assertEquals(6, response.getAcksCount());
    assertEquals(100, indexes.size());
  }

  @Test
  void headersNullsAndTimesComeBackAsTheyWere() {
    door.with("plain", 1);
    Record full =
        Record.newBuilder()
            .setKey(ByteString.EMPTY)
            .setTimestampMs(1_234)
            .addHeaders(dev.milena.proto.v1.Header.newBuilder().setKey("h").setValue(utf8("1")))
            .addHeaders(dev.milena.proto.v1.Header.newBuilder().setKey("h"))
            .build();
    var _ =
        door.produce()
            .produce(
                ProduceRequest.newBuilder()
                    .setTopic("plain")
                    .setPartition(0)
                    .setRecords(RecordList.newBuilder().addRecords(full))
                    .build());
    var back =
        door.fetch()
            .fetch(FetchRequest.newBuilder().setTopic("plain").build())
            .getRecords()
            .getRecords(0);
    assertTrue(back.hasKey());
    assertFalse(back.hasValue());
    assertEquals(1_234, back.getTimestampMs());
    assertEquals(full.getHeadersList(), back.getHeadersList());
  }

  @Test
  void aStreamAnswersInTheOrderOfItsRequestsAndGoesOnAfterAnError() throws Exception {
    door.with("stream", 1);
    var talk = new ProduceConversation(door);
    int requests = 40;
    for (int i = 0; i < requests; i++) {
      talk.say(
          batches(i % 10 == 3 ? "nowhere" : "stream", sample("v" + i))
              .setCorrelationId(1_000 + i)
              .build());
    }
    talk.done();
    long offset = 0;
    for (int i = 0; i < requests; i++) {
      ProduceResponse response = talk.hear();
      assertEquals(1_000 + i, response.getCorrelationId());
      if (i % 10 == 3) {
        assertEquals("UNKNOWN_TOPIC", response.getError().getReason());
        assertEquals(Status.Code.NOT_FOUND.value(), response.getError().getCode());
        assertEquals(0, response.getAcksCount());
      } else {
        assertEquals(List.of(ack(0, offset++, 1)), response.getAcksList());
      }
    }
    talk.ended();
  }

  @Test
  void requestsOutsideTheirBoundsAreRefused() {
    List<ProduceRequest.Builder> invalid = new ArrayList<>();
    invalid.add(ProduceRequest.newBuilder().setTopic("one").setPartition(0));
    invalid.add(batches("one", sample("x")).clearPartition());
    invalid.add(batches("one", sample("x")).setPartition(-1));
    invalid.add(batches("one", sample("x")).setTimeoutMs(-1));
    invalid.add(batches("one", sample("x")).setTimeoutMs(300_001));
    invalid.add(batches("one", sample("x")).setAcksValue(9));
    invalid.add(batches("one", sample("x")).setBatches(ByteString.EMPTY));
    invalid.add(ProduceRequest.newBuilder().setTopic("one").setRecords(RecordList.newBuilder()));
    invalid.add(ProduceRequest.newBuilder().setTopic("one").setRecords(empties(100_001)));
    for (ProduceRequest.Builder request : invalid) {
      assertRefused(ErrorKind.INVALID_REQUEST, () -> door.produce().produce(request.build()));
    }
  }

  @Test
  void illegalNamesAreRefusedWhateverTheyTry() {
    for (String name :
        List.of("", ".", "..", "../x", "a/b", "x".repeat(250), "a\0b", "a\u202eb", "tôpic")) {
      assertRefused(
          ErrorKind.INVALID_TOPIC,
          () -> door.produce().produce(batches(name, sample("x")).build()));
    }
    assertRefused(
        ErrorKind.UNKNOWN_TOPIC,
        () -> door.produce().produce(batches("x".repeat(249), sample("x")).build()));
    assertRefused(
        ErrorKind.UNKNOWN_PARTITION,
        () -> door.produce().produce(batches("one", sample("x")).setPartition(1).build()));
  }

  @Test
  void damagedAndTooLargeBatchesAreRefusedAndNothingIsStored() {
    byte[] flipped = bytes(sample("hello"));
    flipped[flipped.length - 1] ^= 1;
    assertRefused(
        ErrorKind.CORRUPT_BATCH, () -> door.produce().produce(raw("strict", flipped).build()));
    assertRefused(
        ErrorKind.CORRUPT_BATCH,
        () -> door.produce().produce(raw("strict", new byte[] {1, 2, 3}).build()));
    var tooLarge =
        assertRefused(
            ErrorKind.RECORD_TOO_LARGE,
            () -> door.produce().produce(batches("strict", sample("x".repeat(2 << 20))).build()));
    assertTrue(tooLarge.containsMetadata("maxBytes"), tooLarge.toString());
    assertEquals(
        List.of(ack(0, 0, 1)),
        door.produce().produce(batches("strict", sample("x")).build()).getAcksList());
  }

  @Test
  void aMessageOverTheLimitEndsTheCallAndNotTheConnection() {
    byte[] huge = new byte[(16 << 20) + 1];
    StatusRuntimeException thrown =
        assertThrows(
            StatusRuntimeException.class, () -> door.produce().produce(raw("one", huge).build()));
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, thrown.getStatus().getCode(), thrown.toString());
    assertEquals(1, door.produce().produce(batches("one", sample("x")).build()).getAcksCount());
  }

  @Test
  void noiseInPlaceOfAMessageIsAnInvalidRequest() {
    var random = new Random(7);
    for (int round = 0; round < 50; round++) {
      byte[] noise = new byte[1 + random.nextInt(60)];
      random.nextBytes(noise);
      RawCall.assertInvalidOrRefused(door, "milena.v1.ProduceService/Produce", noise);
      RawCall.assertInvalidOrRefused(door, "milena.v1.FetchService/Fetch", noise);
      RawCall.assertInvalidOrRefused(door, "milena.v1.AdminService/CreateTopic", noise);
    }
  }

  private static RecordList.Builder empties(int count) {
    RecordList.Builder records = RecordList.newBuilder();
    for (int i = 0; i < count; i++) {
      records.addRecords(Record.getDefaultInstance());
    }
    return records;
  }

  private static ProduceRequest.Builder batches(String topic, java.nio.ByteBuffer batches) {
    return raw(topic, bytes(batches));
  }

  private static ProduceRequest.Builder raw(String topic, byte[] batches) {
    return ProduceRequest.newBuilder()
        .setTopic(topic)
        .setPartition(0)
        .setBatches(ByteString.copyFrom(batches));
  }

  private static java.nio.ByteBuffer sample(String... values) {
    return SampleBatches.of(1_000, values);
  }

  private static byte[] bytes(java.nio.ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static PartitionAck ack(int partition, long baseOffset, int records) {
    return PartitionAck.newBuilder()
        .setPartition(partition)
        .setBaseOffset(baseOffset)
        .setRecordCount(records)
        .build();
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
