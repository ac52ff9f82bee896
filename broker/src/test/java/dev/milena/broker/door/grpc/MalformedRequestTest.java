package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.milena.broker.core.SampleBatches;
import dev.milena.proto.v1.Acks;
import dev.milena.proto.v1.FetchForm;
import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.FetchResponse;
import dev.milena.proto.v1.Header;
import dev.milena.proto.v1.ListOffsetsRequest;
import dev.milena.proto.v1.LogPlace;
import dev.milena.proto.v1.PartitionAck;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.ProduceResponse;
import dev.milena.proto.v1.Record;
import dev.milena.proto.v1.RecordList;
import dev.milena.proto.v1.StoredRecord;
import dev.milena.records.BatchHeader;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every front of a valid request, and the request with each of its bytes changed, before a real
 * core: refused with a reason, or carried out where what came is valid, and nothing else is stored.
 */
class MalformedRequestTest {
  private static final String PRODUCE = "milena.v1.ProduceService/Produce";

  private static final int AT_ONCE = 16;
  private static final String STORED = "stored";
  private static final String TIMED_OUT = "TIMED_OUT";

  /** Why a request may be refused whose bytes were changed; anything else would be our fault. */
  private static final Set<String> REASONS =
      Set.of(
          "INVALID_REQUEST",
          "INVALID_TOPIC",
          "UNKNOWN_TOPIC",
          "UNKNOWN_PARTITION",
          "CORRUPT_BATCH",
          "INVALID_RECORD",
          TIMED_OUT);

  @TempDir private static Path folder;
  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.onDisk(folder);
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  private static byte[] batchesFor(String topic) {
    return ProduceRequest.newBuilder()
        .setTopic(topic)
        .setPartition(0)
        .setBatches(ByteString.copyFrom(SampleBatches.of(77, "first", "second")))
        .setAcks(Acks.ACKS_ALL)
        .setTimeoutMs(20_000)
        .setCorrelationId(5)
        .build()
        .toByteArray();
  }

  private static byte[] recordsFor(String topic) {
    return ProduceRequest.newBuilder()
        .setTopic(topic)
        .setPartition(0)
        .setRecords(
            RecordList.newBuilder()
                .addRecords(
                    Record.newBuilder()
                        .setKey(ByteString.copyFromUtf8("key"))
                        .setValue(ByteString.copyFromUtf8("value"))
                        .setTimestampMs(77)
                        .addHeaders(
                            Header.newBuilder()
                                .setKey("h")
                                .setValue(ByteString.copyFromUtf8("v")))))
        .setTimeoutMs(20_000)
        .build()
        .toByteArray();
  }

  @Test
  void batchesThatAreCutOrChangedAreRefusedOrStoredAsTheyWere() throws Exception {
    door.with("batches", 1);
    byte[] request = batchesFor("batches");
    long stored = sendAll("batches", request);

    ByteBuffer all = fetch("batches", stored);
    ByteBuffer original = SampleBatches.of(77, "first", "second");
    int size = original.remaining();
    assertEquals(stored / 2 * size, all.remaining());
    for (int at = 0; at < all.limit(); at += size) {
      // Each change stores one batch or none.
      ByteBuffer batch = all.slice(at, size);
      assertEquals(at / size * 2L, BatchHeader.baseOffset(batch, 0));
      // Base offset and leader epoch are the broker's; everything else is as the client built it.
      assertEquals(original.slice(8, 4), batch.slice(8, 4));
      assertEquals(original.slice(16, size - 16), batch.slice(16, size - 16));
    }
  }

  @Test
  void recordsThatAreCutOrChangedAreRefusedOrStoredAsTheyRead() throws Exception {
    door.with("records", 1);
    byte[] request = recordsFor("records");
    long stored = sendAll("records", request);

    FetchResponse all = fetch("records", FetchForm.FETCH_FORM_RECORDS);
    assertEquals(stored, all.getRecords().getRecordsCount());
    Set<String> valid = new TreeSet<>();
    for (byte[] changed : changes(request)) {
      noteIfValid(changed, valid);
    }
    for (StoredRecord record : all.getRecords().getRecordsList()) {
      assertTrue(valid.contains(shown(record.getKey(), record.getValue())), record.toString());
    }
  }

  private static void noteIfValid(byte[] changed, Set<String> valid) {
    try {
      for (Record record : ProduceRequest.parseFrom(changed).getRecords().getRecordsList()) {
        valid.add(shown(record.getKey(), record.getValue()));
      }
    } catch (InvalidProtocolBufferException invalid) {
      assertFalse(invalid.toString().isEmpty());
    }
  }

  private static String shown(ByteString key, ByteString value) {
    return key.toString(StandardCharsets.ISO_8859_1)
        + "="
        + value.toString(StandardCharsets.ISO_8859_1);
  }

  /** How a call went: a reason, how many records were acknowledged, how long it took. */
  private record Went(String reason, int acknowledged, long nanos) {}

  private static Went send(byte[] changed) throws InvalidProtocolBufferException {
    long began = System.nanoTime();
    try {
      ProduceResponse answer = ProduceResponse.parseFrom(RawCall.call(door, PRODUCE, changed));
      int acknowledged = answer.getAcksList().stream().mapToInt(PartitionAck::getRecordCount).sum();
      return new Went(STORED, acknowledged, System.nanoTime() - began);
    } catch (StatusRuntimeException refused) {
      ErrorInfo info = Refusals.info(refused);
      String reason = info.getReason();
      assertTrue(REASONS.contains(reason), refused + " for " + Arrays.toString(changed));
      boolean certain = info.getMetadataOrDefault("stored", "").equals("no");
      assertTrue(certain || reason.equals(TIMED_OUT), refused + " for " + Arrays.toString(changed));
      boolean tooLate = certain && reason.equals(TIMED_OUT);
      return new Went(tooLate ? "TIMED_OUT, not stored" : reason, 0, System.nanoTime() - began);
    }
  }

  /** Sends every change of a request; returns how many records are stored then. */
  private static long sendAll(String topic, byte[] request) throws Exception {
    var reasons = new TreeMap<String, Integer>();
    long acknowledged = 0;
    long refusedNanos = 0;
    try (var clients = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<Went>> calls = new ArrayList<>();
      for (byte[] changed : changes(request)) {
        calls.add(clients.submit(() -> send(changed)));
      }
      for (Future<Went> call : calls) {
        Went went = call.get();
        reasons.merge(went.reason(), 1, Integer::sum);
        acknowledged += went.acknowledged();
        refusedNanos += went.reason().equals(STORED) ? 0 : went.nanos();
      }
    }
    int stored = reasons.getOrDefault(STORED, 0);
    int refusals = reasons.values().stream().mapToInt(count -> count).sum() - stored;
    System.out.printf(
        "a request of %d bytes, cut and changed: %s; a refusal took %d us, %d calls at once%n",
        request.length, reasons, TimeUnit.NANOSECONDS.toMicros(refusedNanos / refusals), AT_ONCE);
    assertTrue(refusals > request.length, "refused " + refusals);
    // A change may have asked for a timeout of a moment: that may be stored or not.
    long most = acknowledged + (long) reasons.getOrDefault(TIMED_OUT, 0) * acknowledged / stored;
    long end = Eventually.settles(() -> end(topic), 200);
    assertTrue(acknowledged <= end && end <= most, acknowledged + " <= " + end + " <= " + most);
    return end;
  }

  private static long end(String topic) {
    return door.fetch()
        .listOffsets(
            ListOffsetsRequest.newBuilder().setTopic(topic).setPlace(LogPlace.LATEST).build())
        .getOffset();
  }

  /** The request itself, every front of it, and each byte with one bit or all bits changed. */
  private static List<byte[]> changes(byte[] request) {
    List<byte[]> changes = new ArrayList<>(List.of(request.clone()));
    for (int length = 0; length < request.length; length++) {
      changes.add(Arrays.copyOf(request, length));
    }
    for (int at = 0; at < request.length; at++) {
      for (int mask : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
        byte[] changed = request.clone();
        changed[at] ^= (byte) mask;
        changes.add(changed);
      }
    }
    return changes;
  }

  private static FetchResponse fetch(String topic, FetchForm form) {
    return door.fetch()
        .fetch(
            FetchRequest.newBuilder()
                .setTopic(topic)
                .setOffset(0)
                .setForm(form)
                .setMaxBytes(8 << 20)
                .build());
  }

  private static ByteBuffer fetch(String topic, long end) {
    FetchResponse response = fetch(topic, FetchForm.FETCH_FORM_BATCHES);
    assertEquals(end, response.getNextOffset());
    return response.getBatches().asReadOnlyByteBuffer();
  }

  @Test
  void connectionsWhoseBytesAreCutOrChangedHarmNobody() throws Exception {
    door.with("wire", 1);
    byte[] conversation = conversation(batchesFor("wire"));
    List<byte[]> fronts = new ArrayList<>();
    List<byte[]> changes = new ArrayList<>();
    for (int at = 0; at < conversation.length; at++) {
      fronts.add(Arrays.copyOf(conversation, at));
      byte[] changed = conversation.clone();
      changed[at] ^= (byte) 0xff;
      changes.add(changed);
    }
    assertEquals(0, converse(fronts, 500), "fronts of a conversation that were answered");
    assertEquals(1, converse(List.of(conversation), 20_000));
    int answered = converse(changes, 500);
    Eventually.holds("all have left", () -> door.doors.connections().connections() == 1);
    Eventually.holds("all is given back", () -> door.doors.held().equals(DoorCounts.NONE));
    long end = Eventually.settles(() -> end("wire"), 200);
    ByteBuffer all = fetch("wire", end);
    assertEquals(0, all.remaining() % SampleBatches.of(77, "first", "second").remaining());
    System.out.printf(
        "a conversation of %d bytes, cut and changed: %d of the changed answered, %d records stored%n",
        conversation.length, answered, end);
  }

  /** What a client says on a connection of its own to make one call. */
  private static byte[] conversation(byte[] request) {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(Http2Wire.frameOf(Http2Wire.SETTINGS, 0, 0, new byte[0]));
    bytes.writeBytes(
        Http2Wire.frameOf(
            Http2Wire.HEADERS, Http2Wire.END_HEADERS, 1, Http2Wire.callHeaders(PRODUCE)));
    byte[] message =
        ByteBuffer.allocate(5 + request.length)
            .put((byte) 0)
            .putInt(request.length)
            .put(request)
            .array();
    bytes.writeBytes(Http2Wire.frameOf(Http2Wire.DATA, Http2Wire.END_STREAM, 1, message));
    return bytes.toByteArray();
  }

  /** Holds conversations at the same time; returns how many ended with a status of gRPC. */
  private static int converse(List<byte[]> conversations, int quietMs) throws Exception {
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> all = new ArrayList<>();
      for (byte[] conversation : conversations) {
        all.add(clients.submit(() -> isAnswered(conversation, quietMs)));
      }
      int answered = 0;
      for (Future<Boolean> one : all) {
        answered += one.get(20, TimeUnit.SECONDS) ? 1 : 0;
      }
      return answered;
    }
  }

  /** Says it and listens until nothing comes for a while. */
  private static boolean isAnswered(byte[] bytes, int quietMs) throws IOException {
    StringBuilder heard = new StringBuilder();
    try (Socket socket =
        new Socket(door.doors.address().getAddress(), door.doors.address().getPort())) {
      socket.setSoTimeout(quietMs);
      socket.getOutputStream().write(bytes);
      for (int next = 0; next >= 0 && heard.indexOf("grpc-status") < 0; ) {
        next = socket.getInputStream().read();
        heard.append((char) next);
      }
    } catch (SocketException | SocketTimeoutException over) {
      heard.append('.');
    }
    return heard.indexOf("grpc-status") >= 0;
  }
}
