package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.PlainRecord;
import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.hosting.RecordDecoding.Decoded;
import dev.milena.records.BatchHeader;
import dev.milena.records.Compression;
import dev.milena.records.RecordFault;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordDecodingTest {
  private static final int RECORD_COUNT_AT = 57;

  @ParameterizedTest
  @EnumSource
  void startsExactlyAtTheWantedOffset(Compression compression) {
    ByteBuffer batches = placed(40, compression, "a", "b", "c", "d");
    Decoded.Records decoded = records(RecordDecoding.decode(batches, 42, upTo(1 << 20)));
    assertEquals(
        List.of("c", "d"),
        decoded.records().stream().map(record -> SampleBatches.text(record.value())).toList());
    assertEquals(42, decoded.records().getFirst().offset());
    assertEquals(44, decoded.nextOffset());
  }

  @ParameterizedTest
  @EnumSource
  void boundCutsWithinABatchAndTheRestComesLater(Compression compression) {
    String big = "x".repeat(1_000);
    ByteBuffer batches = placed(0, compression, big, big, big, big, big);
    List<Long> offsets = new ArrayList<>();
    long from = 0;
    int rounds = 0;
    while (from < 5) {
      Decoded.Records decoded = records(RecordDecoding.decode(batches, from, upTo(2_500)));
      decoded.records().stream().map(PlainRecord::offset).forEach(offsets::add);
      assertTrue(decoded.nextOffset() > from, "no progress at " + from);
      from = decoded.nextOffset();
      rounds++;
    }
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L), offsets);
    assertEquals(3, rounds);
  }

  @ParameterizedTest
  @EnumSource(value = Compression.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void bombIsRefusedAtTheBoundAndItsEndIsNamed(Compression compression) {
    ByteBuffer batches = placed(10, compression, "0".repeat(4 << 20));
    var unreadable =
        assertInstanceOf(
            Decoded.Unreadable.class, RecordDecoding.decode(batches, 10, upTo(64 << 10)));
    assertEquals(10, unreadable.offset());
    assertEquals(11, unreadable.nextOffset());
  }

  @Test
  void lieInsideABatchIsToldAfterTheGoodRecords() {
    ByteBuffer batches = placed(0, Compression.NONE, "a", "b");
    batches.putInt(RECORD_COUNT_AT, 3);
    Decoded.Records good = records(RecordDecoding.decode(batches, 0, upTo(1 << 20)));
    assertEquals(2, good.records().size());
    var unreadable =
        assertInstanceOf(
            Decoded.Unreadable.class,
            RecordDecoding.decode(batches, good.nextOffset(), upTo(1 << 20)));
    assertEquals(RecordFault.TOO_FEW_RECORDS, unreadable.fault());
  }

  @Test
  void nothingIsDecodedOfNothing() {
    Decoded.Records decoded = records(RecordDecoding.decode(ByteBuffer.allocate(0), 7, upTo(100)));
    assertEquals(7, decoded.nextOffset());
    assertTrue(decoded.records().isEmpty());
  }

  private static RecordDecoding.Bounds upTo(int bytes) {
    return new RecordDecoding.Bounds(bytes, bytes);
  }

  private static ByteBuffer placed(long baseOffset, Compression compression, String... values) {
    ByteBuffer batch = SampleBatches.of(compression, 1, values);
    BatchHeader.patch(batch, 0, baseOffset, 3);
    return batch;
  }

  private static Decoded.Records records(Decoded decoded) {
    return assertInstanceOf(Decoded.Records.class, decoded);
  }
}
