package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.milena.broker.door.grpc.ProduceMessage.Payload;
import dev.milena.proto.v1.Acks;
import dev.milena.proto.v1.Header;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.Record;
import dev.milena.proto.v1.RecordList;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProduceMessageTest {
  private static final ProduceRequest.Builder FULL =
      ProduceRequest.newBuilder()
          .setTopic("t")
          .setPartition(3)
          .setBatches(ByteString.copyFromUtf8("batches"))
          .setAcks(Acks.ACKS_LEADER)
          .setTimeoutMs(5)
          .setCorrelationId(-9);

  @Test
  void theHandReadsTheFieldsOfTheProtoAndNoOthers() {
    var fields = new TreeMap<Integer, String>();
    for (FieldDescriptor field : ProduceRequest.getDescriptor().getFields()) {
      fields.put(field.getNumber(), field.getName() + " " + field.getType());
    }
    assertEquals(
        "{1=topic STRING, 2=partition INT32, 3=records MESSAGE, 4=batches BYTES, 5=acks ENUM,"
            + " 6=timeout_ms INT32, 7=correlation_id INT64}",
        fields.toString(),
        "a field was added or changed: teach it to ProduceMessage.read");
  }

  @Test
  void everyFieldIsReadAndBatchesAreWritableWhereTheyCame() throws Exception {
    byte[] bytes = FULL.build().toByteArray();
    ProduceMessage read = ProduceMessage.read(bytes);
    assertEquals("t", read.topic());
    assertEquals(OptionalInt.of(3), read.partition());
    assertEquals(Acks.ACKS_LEADER.getNumber(), read.acks());
    assertEquals(5, read.timeoutMs());
    assertEquals(-9, read.correlationId());
    ByteBuffer batches = assertInstanceOf(Payload.Batches.class, read.payload()).batches();
    assertEquals(ByteString.copyFromUtf8("batches").asReadOnlyByteBuffer(), batches);
    assertFalse(batches.isReadOnly());
    batches.put(0, (byte) 'B');
    assertTrue(
        new String(bytes, StandardCharsets.ISO_8859_1).contains("Batches"), "no second copy");

    ProduceMessage nothing = ProduceMessage.read(new byte[0]);
    assertEquals(OptionalInt.empty(), nothing.partition());
    assertInstanceOf(Payload.Nothing.class, nothing.payload());
  }

  @Test
  void theLastPayloadCountsAndUnknownFieldsAreSkipped() throws Exception {
    RecordList records = RecordList.newBuilder().addRecords(Record.newBuilder()).build();
    var both = new ByteArrayOutputStream();
    FULL.build().writeTo(both);
    ProduceRequest.newBuilder().setRecords(records).build().writeTo(both);
    CodedOutputStream more = CodedOutputStream.newInstance(both);
    more.writeInt64(99, 1);
    more.writeString(2, "a field of the wrong type");
    more.flush();
    ProduceMessage read = ProduceMessage.read(both.toByteArray());
    assertEquals(records, assertInstanceOf(Payload.Records.class, read.payload()).records());
    assertEquals(OptionalInt.of(3), read.partition());
  }

  @Test
  void millionsOfEmptyRecordsOrHeadersAreCountedBeforeTheyAreBuilt() throws IOException {
    byte[] empties = new byte[12 << 20];
    for (int i = 0; i < empties.length; i += 2) {
      empties[i] = RecordList.RECORDS_FIELD_NUMBER << 3 | 2;
    }
    byte[] manyRecords = withRecords(empties);
    long before = allocatedBytes();
    RequestRefused refused =
        assertThrows(RequestRefused.class, () -> ProduceMessage.read(manyRecords));
    assertTrue(refused.refusal().message().contains("100,000"), refused.refusal().message());
    assertTrue(allocatedBytes() - before < 1 << 20, "allocated " + (allocatedBytes() - before));

    Record.Builder record = Record.newBuilder();
    for (int i = 0; i <= ProduceMessage.MAX_HEADERS; i++) {
      record.addHeaders(Header.getDefaultInstance());
    }
    byte[] manyHeaders =
        withRecords(RecordList.newBuilder().addRecords(record).build().toByteArray());
    assertThrows(RequestRefused.class, () -> ProduceMessage.read(manyHeaders));
  }

  @Test
  void everyPrefixAndEveryFlippedByteIsReadOrRefusedAndNothingElse() throws Exception {
    RecordList records =
        RecordList.newBuilder()
            .addRecords(
                Record.newBuilder()
                    .setKey(ByteString.copyFromUtf8("k"))
                    .setTimestampMs(77)
                    .addHeaders(Header.newBuilder().setKey("h").setValue(ByteString.EMPTY)))
            .build();
    for (byte[] whole :
        new byte[][] {
          FULL.build().toByteArray(),
          ProduceRequest.newBuilder().setTopic("t").setRecords(records).build().toByteArray()
        }) {
      for (int length = 0; length < whole.length; length++) {
        readOrRefuse(Arrays.copyOf(whole, length));
      }
      for (int at = 0; at < whole.length; at++) {
        for (int value = 0; value < 256; value++) {
          byte[] flipped = whole.clone();
          flipped[at] = (byte) value;
          readOrRefuse(flipped);
        }
      }
    }
    long seed = Long.getLong("milena.seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] noise = new byte[random.nextInt(60)];
      random.nextBytes(noise);
      assertDoesNotThrow(
          () -> readOrRefuse(noise),
          () -> "-Dmilena.seed=" + seed + ", " + HexFormat.of().formatHex(noise));
    }
  }

  @Test
  void anUnknownNumberOfTenBytesThatProtobufReadsIsRead() throws Exception {
    for (String hex :
        new String[] {
          "7095f6a8e8e9d2eeb6a6a9", "7895f6a8e8e9d2eeb6a6a9", "70d6f68afa9e8fb881e8cd"
        }) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      assertFalse(ProduceRequest.parseFrom(bytes).getUnknownFields().asMap().isEmpty());
      assertEquals("", ProduceMessage.read(bytes).topic());
    }
  }

  /** Where protobuf's own parser reads a message, ours must read the same one. */
  private static void readOrRefuse(byte[] bytes) throws IOException, RequestRefused {
    ProduceRequest expected;
    try {
      expected = ProduceRequest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException invalid) {
      return;
    } finally {
      readAlone(bytes.clone());
    }
    ProduceMessage read = ProduceMessage.read(bytes);
    assertEquals(expected.getTopic(), read.topic());
    assertEquals(expected.hasPartition(), read.partition().isPresent());
    assertEquals(expected.getPartition(), read.partition().orElse(0));
    assertEquals(expected.getAcksValue(), read.acks());
    assertEquals(expected.getTimeoutMs(), read.timeoutMs());
    assertEquals(expected.getCorrelationId(), read.correlationId());
  }

  private static void readAlone(byte[] bytes) throws IOException {
    try {
      ProduceMessage.read(bytes);
    } catch (InvalidProtocolBufferException | RequestRefused expected) {
      assertFalse(expected.getClass().getSimpleName().isEmpty());
    }
  }

  private static byte[] withRecords(byte[] list) throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeString(1, "t");
    out.writeByteArray(3, list);
    out.flush();
    return bytes.toByteArray();
  }

  private static long allocatedBytes() {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }
}
