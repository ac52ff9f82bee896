package dev.milena.broker.door.grpc;

import static dev.milena.broker.door.grpc.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.SampleBatches;
import dev.milena.proto.v1.FetchForm;
import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.FetchResponse;
import dev.milena.proto.v1.FetchServiceGrpc;
import dev.milena.proto.v1.ListOffsetsRequest;
import dev.milena.proto.v1.ListOffsetsResponse;
import dev.milena.proto.v1.LogPlace;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.StoredRecord;
import dev.milena.records.BatchHeader;
import dev.milena.records.Compression;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** FetchService before a real core. */
class FetchServiceTest {
  @TempDir private static Path folder;
  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.onDisk(folder).with("ten", 1).with("empty", 1);
    for (int i = 0; i < 5; i++) {
      store("ten", SampleBatches.of(1_000 + i * 10L, "v" + 2 * i, "v" + (2 * i + 1)));
    }
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @Test
  void recordsStartExactlyAtTheWantedOffset() {
    FetchResponse response = door.fetch().fetch(from("ten", 3).build());
    assertEquals(List.of("v3", "v4", "v5", "v6", "v7", "v8", "v9"), values(response));
    assertEquals(3, response.getStartOffset());
    assertEquals(10, response.getNextOffset());
    assertEquals(0, response.getLogStartOffset());
    assertEquals(10, response.getHighWatermark());
  }

  @Test
  void batchesComeWholeAsTheyAreStored() {
    FetchResponse response =
        door.fetch().fetch(from("ten", 3).setForm(FetchForm.FETCH_FORM_BATCHES).build());
    ByteBuffer batches = response.getBatches().asReadOnlyByteBuffer();
    assertEquals(2, BatchHeader.baseOffset(batches, 0));
    assertEquals(10, response.getNextOffset());

    FetchResponse small =
        door.fetch()
            .fetch(from("ten", 3).setForm(FetchForm.FETCH_FORM_BATCHES).setMaxBytes(1).build());
    assertEquals(4, small.getNextOffset(), "one whole batch, though it is larger");
  }

  @Test
  void aFetchStartsAtATimeOrAPlace() {
    assertEquals(4, start(from("ten", 0).setTimestampMs(1_015)));
    assertEquals(0, start(from("ten", 0).setTimestampMs(-5)));
    assertEquals(10, start(from("ten", 0).setTimestampMs(9_999)));
    assertEquals(10, start(from("ten", 0).setPlace(LogPlace.LATEST)));
    assertEquals(0, start(from("ten", 0).setPlace(LogPlace.EARLIEST)));
    assertEquals(0, start(FetchRequest.newBuilder().setTopic("ten")));
  }

  @Test
  void offsetsAreListedByPlaceAndTime() {
    assertEquals(0, offsets(LogPlace.EARLIEST).getOffset());
    assertEquals(10, offsets(LogPlace.LATEST).getOffset());
    assertFalse(offsets(LogPlace.LATEST).hasTimestampMs());
    var request = ListOffsetsRequest.newBuilder().setTopic("ten");
    ListOffsetsResponse at = door.fetch().listOffsets(request.setTimestampMs(1_020).build());
    assertEquals(4, at.getOffset());
    assertEquals(1_020, at.getTimestampMs());
    assertFalse(door.fetch().listOffsets(request.setTimestampMs(5_000).build()).hasOffset());
    assertRefused(
        ErrorKind.INVALID_REQUEST, () -> door.fetch().listOffsets(request.clearAt().build()));
  }

  @Test
  void whatCannotBeReadIsRefusedWithItsReason() {
    var outside = assertRefused(ErrorKind.OFFSET_OUT_OF_RANGE, () -> fetch(from("ten", 11)));
    assertEquals("0", outside.getMetadataOrThrow("logStartOffset"));
    assertEquals("10", outside.getMetadataOrThrow("logEndOffset"));
    assertRefused(ErrorKind.UNKNOWN_TOPIC, () -> fetch(from("nowhere", 0)));
    assertRefused(ErrorKind.UNKNOWN_PARTITION, () -> fetch(from("ten", 0).setPartition(9)));
    List<FetchRequest.Builder> invalid = new ArrayList<>();
    invalid.add(from("ten", -1));
    invalid.add(from("ten", 0).setPartition(-1));
    invalid.add(from("ten", 0).setMaxBytes(-1));
    invalid.add(from("ten", 0).setMaxBytes((8 << 20) + 1));
    invalid.add(from("ten", 0).setMinBytes(-1));
    invalid.add(from("ten", 0).setMinBytes(11).setMaxBytes(10));
    invalid.add(from("ten", 0).setMaxWaitMs(-1));
    invalid.add(from("ten", 0).setMaxWaitMs(300_001));
    invalid.add(from("ten", 0).setFormValue(77));
    invalid.add(from("ten", 0).setPlaceValue(77));
    for (FetchRequest.Builder request : invalid) {
      assertRefused(ErrorKind.INVALID_REQUEST, () -> fetch(request));
    }
  }

  @Test
  void anEmptyFetchAnswersAtOnceOrWhenItsWaitIsOver() {
    FetchResponse now = door.fetch().fetch(from("empty", 0).build());
    assertEquals(FetchResponse.PayloadCase.PAYLOAD_NOT_SET, now.getPayloadCase());
    FetchResponse later = door.fetch().fetch(from("empty", 0).setMaxWaitMs(50).build());
    assertEquals(0, later.getNextOffset());
  }

  @Test
  void aLongPollIsAnsweredByTheRecordItWaitedFor() throws Exception {
    door.with("awaited", 1);
    var coming =
        FetchServiceGrpc.newFutureStub(door.channel)
            .fetch(from("awaited", 0).setMaxWaitMs(60_000).build());
    store("awaited", SampleBatches.of(1, "here"));
    assertEquals(List.of("here"), values(coming.get(20, TimeUnit.SECONDS)));
  }

  @Test
  void aStreamGoesOnFromAnswerToAnswerAndSendsHeartbeats() {
    door.with("followed", 1);
    store("followed", SampleBatches.of(1, "a"));
    Iterator<FetchResponse> stream =
        door.fetch().fetchStream(from("followed", 0).setMaxWaitMs(100).build());
    assertEquals(List.of("a"), values(stream.next()));
    FetchResponse heartbeat = stream.next();
    assertEquals(FetchResponse.PayloadCase.PAYLOAD_NOT_SET, heartbeat.getPayloadCase());
    assertEquals(1, heartbeat.getNextOffset());
    store("followed", SampleBatches.of(1, "b"));
    List<String> more = List.of();
    while (more.isEmpty()) {
      more = values(stream.next());
    }
    assertEquals(List.of("b"), more);
  }

  @Test
  void aStreamOutsideTheLogEndsWithItsReason() {
    assertRefused(
        ErrorKind.OFFSET_OUT_OF_RANGE,
        () -> door.fetch().fetchStream(from("ten", 99).build()).hasNext());
  }

  @Test
  void decodedRecordsFitInWhatClientsAcceptUnlessOneAloneDoesNot() {
    door.with("dense", 1);
    String[] values = new String[40];
    java.util.Arrays.fill(values, "x".repeat(400_000));
    store("dense", SampleBatches.of(Compression.ZSTD, 1, values));
    int seen = 0;
    long next = 0;
    while (seen < values.length) {
      FetchResponse response = door.fetch().fetch(from("dense", next).build());
      assertTrue(response.getSerializedSize() < 4 << 20, "size " + response.getSerializedSize());
      assertTrue(response.getRecords().getRecordsCount() > 0);
      for (StoredRecord record : response.getRecords().getRecordsList()) {
        assertEquals(seen++, record.getOffset());
      }
      next = response.getNextOffset();
      assertEquals(seen, next);
    }
  }

  private static void store(String topic, ByteBuffer batches) {
    var _ =
        door.produce()
            .produce(
                ProduceRequest.newBuilder()
                    .setTopic(topic)
                    .setPartition(0)
                    .setBatches(ByteString.copyFrom(batches))
                    .build());
  }

  private static void fetch(FetchRequest.Builder request) {
    var _ = door.fetch().fetch(request.build());
  }

  private static long start(FetchRequest.Builder request) {
    return door.fetch().fetch(request.build()).getStartOffset();
  }

  private static ListOffsetsResponse offsets(LogPlace place) {
    return door.fetch()
        .listOffsets(ListOffsetsRequest.newBuilder().setTopic("ten").setPlace(place).build());
  }

  private static FetchRequest.Builder from(String topic, long offset) {
    return FetchRequest.newBuilder().setTopic(topic).setOffset(offset);
  }

  private static List<String> values(FetchResponse response) {
    return response.getRecords().getRecordsList().stream()
        .map(record -> record.getValue().toStringUtf8())
        .toList();
  }
}
