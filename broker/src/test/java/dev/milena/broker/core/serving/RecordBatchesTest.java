package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.PlainRecord;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.hosting.RecordDecoding;
import dev.milena.records.BatchHeader;
import dev.milena.records.RecordHeader;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordBatchesTest {
  private static final PartitionName WHERE = new PartitionName("logs", 0);
  private static final BytesInFlight.Share ANY = new BytesInFlight(1L << 40).share();

  @Test
  void recordsComeOutOfTheirBatchAsTheyWere() {
    List<PlainRecord> records =
        List.of(
            new PlainRecord(-1, 7, null, SampleBatches.bytes("v0"), List.of()),
            new PlainRecord(-1, PlainRecord.NOW, SampleBatches.bytes("k1"), null, List.of()),
            new PlainRecord(
                -1,
                9,
                SampleBatches.bytes(""),
                SampleBatches.bytes("v2"),
                List.of(RecordHeader.of("h", SampleBatches.bytes("x")), RecordHeader.ofNull("h"))));
    ByteBuffer bytes = built(new RecordBatches(10_000, 1_234, ANY), records, List.of());
    List<PlainRecord> decoded = decode(bytes);
    assertEquals(3, decoded.size());
    assertTrue(!decoded.get(0).hasKey() && decoded.get(0).hasValue());
    assertEquals(1_234, decoded.get(1).timestampMs());
    assertTrue(decoded.get(1).hasKey() && !decoded.get(1).hasValue());
    assertTrue(decoded.get(2).hasKey());
    assertEquals(0, decoded.get(2).key().remaining());
    assertEquals("v2", SampleBatches.text(decoded.get(2).value()));
    assertEquals(records.get(2).headers(), decoded.get(2).headers());
  }

  @Test
  void batchesStayWithinTheBoundAndLoseNothing() {
    List<PlainRecord> records = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String value = "value number " + i + "x".repeat(i);
      records.add(new PlainRecord(-1, i, null, SampleBatches.bytes(value), List.of()));
    }
    ByteBuffer bytes = built(new RecordBatches(250, 0, ANY), records, List.of(5, 99, 0, 50));
    int batches = 0;
    for (int at = 0; at < bytes.limit(); at += BatchHeader.sizeInBytes(bytes, at)) {
      assertTrue(BatchHeader.sizeInBytes(bytes, at) <= 250);
      batches++;
    }
    assertTrue(batches > 1);
    assertEquals(
        List.of(5L, 99L, 0L, 50L), decode(bytes).stream().map(PlainRecord::timestampMs).toList());
  }

  @Test
  void manySmallBatchesCostWhatTheyAreLong() {
    List<PlainRecord> records = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      records.add(new PlainRecord(-1, i, null, SampleBatches.bytes("v"), List.of()));
    }
    var counting = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = counting.getCurrentThreadAllocatedBytes();
    ByteBuffer bytes = built(new RecordBatches(BatchHeader.SIZE + 10, 0, ANY), records, List.of());
    long allocatedBytes = counting.getCurrentThreadAllocatedBytes() - before;
    assertEquals(20_000, decode(bytes).size());
    assertEquals(bytes.limit(), bytes.capacity(), "what is kept is what is counted");
    assertTrue(
        allocatedBytes < 20L * bytes.limit(), allocatedBytes + " bytes for " + bytes.limit());
  }

  @Test
  void nothingIsBuiltBeyondTheRoomThereIs() {
    List<PlainRecord> records = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      records.add(new PlainRecord(-1, i, null, SampleBatches.bytes("value"), List.of()));
    }
    long limitBytes = 10_000;
    BytesInFlight room = new BytesInFlight(limitBytes);
    room.tryAcquire(1_000);
    BytesInFlight.Share share = room.share();
    Refusal refusal = refused(new RecordBatches(BatchHeader.SIZE + 20, 0, share), records);
    assertEquals(ErrorKind.OVERLOADED, refusal.kind());
    assertTrue(room.heldBytes() <= limitBytes, "held " + room.heldBytes());
    assertTrue(room.heldBytes() > 1_000, "what is built is counted");
    share.close();
    assertEquals(1_000, room.heldBytes());
  }

  @Test
  void recordThatNoBatchCanHoldIsNamed() {
    List<PlainRecord> records =
        List.of(
            new PlainRecord(-1, 0, null, SampleBatches.bytes("small"), List.of()),
            new PlainRecord(-1, 0, null, SampleBatches.bytes("x".repeat(500)), List.of()));
    Refusal refusal = refused(new RecordBatches(400, 0, ANY), records);
    assertEquals(ErrorKind.RECORD_TOO_LARGE, refusal.kind());
    assertEquals("1", refusal.about().get("record"));
    assertEquals("400", refusal.about().get("maxBytes"));
    assertEquals(ErrorKind.RECORD_TOO_LARGE, refused(new RecordBatches(0, 0, ANY), records).kind());
  }

  @Test
  void timeBefore1970IsRefused() {
    List<PlainRecord> records =
        List.of(new PlainRecord(-1, -5, null, SampleBatches.bytes("v"), List.of()));
    assertEquals(ErrorKind.INVALID_RECORD, refused(new RecordBatches(400, 0, ANY), records).kind());
  }

  private static ByteBuffer built(
      RecordBatches batches, List<PlainRecord> records, List<Integer> places) {
    return assertInstanceOf(
            RecordBatches.Built.Batches.class, batches.build(WHERE, records, places))
        .bytes();
  }

  private static Refusal refused(RecordBatches batches, List<PlainRecord> records) {
    return assertInstanceOf(
            RecordBatches.Built.Unfit.class, batches.build(WHERE, records, List.of()))
        .refusal();
  }

  private static List<PlainRecord> decode(ByteBuffer bytes) {
    List<PlainRecord> all = new ArrayList<>();
    // Every batch of an unappended buffer begins at offset 0, so each is decoded by itself.
    for (int at = 0; at < bytes.limit(); ) {
      int size = BatchHeader.sizeInBytes(bytes, at);
      var one = bytes.slice(at, size);
      var records =
          assertInstanceOf(
              RecordDecoding.Decoded.Records.class,
              RecordDecoding.decode(one, 0, RecordDecoding.Bounds.OF_AN_ANSWER));
      all.addAll(records.records());
      at += size;
    }
    return all;
  }
}
