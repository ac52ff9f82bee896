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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordBatchesTest {
  private static final PartitionName WHERE = new PartitionName("logs", 0);

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
    ByteBuffer bytes = built(new RecordBatches(10_000, 1_234), records, List.of());
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
    ByteBuffer bytes = built(new RecordBatches(250, 0), records, List.of(5, 99, 0, 50));
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
  void recordThatNoBatchCanHoldIsNamed() {
    List<PlainRecord> records =
        List.of(
            new PlainRecord(-1, 0, null, SampleBatches.bytes("small"), List.of()),
            new PlainRecord(-1, 0, null, SampleBatches.bytes("x".repeat(500)), List.of()));
    Refusal refusal = refused(new RecordBatches(400, 0), records);
    assertEquals(ErrorKind.RECORD_TOO_LARGE, refusal.kind());
    assertEquals("1", refusal.about().get("record"));
    assertEquals("400", refusal.about().get("maxBytes"));
    assertEquals(ErrorKind.RECORD_TOO_LARGE, refused(new RecordBatches(0, 0), records).kind());
  }

  @Test
  void timeBefore1970IsRefused() {
    List<PlainRecord> records =
        List.of(new PlainRecord(-1, -5, null, SampleBatches.bytes("v"), List.of()));
    assertEquals(ErrorKind.INVALID_RECORD, refused(new RecordBatches(400, 0), records).kind());
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
              RecordDecoding.Decoded.Records.class, RecordDecoding.decode(one, 0, 1 << 20));
      all.addAll(records.records());
      at += size;
    }
    return all;
  }
}
