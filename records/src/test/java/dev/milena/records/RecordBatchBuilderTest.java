package dev.milena.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordBatchBuilderTest {
  private static final RecordLimits LIMITS = new RecordLimits(1 << 20, 1 << 20);

  @Test
  void whatWasAppendedIsReadBack() {
    RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, 1 << 16);
    List<RecordHeader> headers = List.of(RecordHeader.of("a", utf8("1")), RecordHeader.ofNull("a"));
    assertTrue(builder.append(1_000, utf8("key"), utf8("value"), headers));
    assertTrue(builder.append(900, null, utf8(""), List.of()));
    assertTrue(builder.append(1_100, utf8(""), null, List.of()));

    ByteBuffer batch = builder.build();

    BatchCheck check = BatchCheck.ofProduced();
    assertEquals(BatchFault.NONE, check.check(batch, 1 << 16));
    assertEquals(1, check.batchCount());
    assertEquals(batch.limit(), check.goodEnd());
    BatchHeader.patch(batch, 0, 41, 7);
    assertEquals(BatchFault.NONE, check.check(batch, 1 << 16));
    assertEquals(44, BatchHeader.endOffset(batch, 0));
    try (RecordCursor cursor = new RecordBatch(batch, 0).records(LIMITS)) {
      assertTrue(cursor.next());
      assertEquals(41, cursor.offset());
      assertEquals(1_000, cursor.timestamp());
      assertEquals(utf8("key"), cursor.key());
      assertEquals(utf8("value"), cursor.value());
      assertEquals(headers, cursor.headers());
      assertTrue(cursor.next());
      assertEquals(42, cursor.offset());
      assertEquals(900, cursor.timestamp());
      assertFalse(cursor.hasKey());
      assertEquals(0, cursor.valueSize());
      assertTrue(cursor.next());
      assertEquals(0, cursor.keySize());
      assertFalse(cursor.hasValue());
      assertFalse(cursor.next());
      assertEquals(RecordFault.NONE, cursor.fault());
    }
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
