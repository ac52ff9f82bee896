package dev.milena.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The worked example of docs/FORMAT.md is what the code reads and writes. */
class RecordBatchFormatTest {
  private static final long BASE_TIMESTAMP = 1_700_000_000_000L;
  private static final Pattern LINE =
      Pattern.compile(" {4,}(\\d+)  ((?:[0-9a-f]{2} )*[0-9a-f]{2}) {2,}\\S.*");

  @Test
  void theExampleIsReadAsItSays() throws IOException {
    ByteBuffer batch = example();

    assertEquals(96, batch.remaining());
    assertEquals(BatchFault.NONE, BatchCheck.ofProduced().check(batch, 96));
    assertEquals(41, BatchHeader.baseOffset(batch, 0));
    assertEquals(43, BatchHeader.endOffset(batch, 0));
    assertEquals(7, BatchHeader.partitionLeaderEpoch(batch, 0));
    assertEquals(BASE_TIMESTAMP, BatchHeader.baseTimestamp(batch, 0));
    assertEquals(BASE_TIMESTAMP + 5, BatchHeader.maxTimestamp(batch, 0));
    assertEquals(BatchHeader.NO_PRODUCER, BatchHeader.producerId(batch, 0));
    try (RecordCursor cursor = new RecordBatch(batch, 0).records(Samples.LIMITS)) {
      assertTrue(cursor.next());
      assertEquals(41, cursor.offset());
      assertEquals(BASE_TIMESTAMP, cursor.timestamp());
      assertEquals(Samples.utf8("pay"), cursor.key());
      assertEquals(Samples.utf8("12 EUR"), cursor.value());
      assertEquals(
          List.of(RecordHeader.of("src", Samples.utf8("till")), RecordHeader.ofNull("x")),
          cursor.headers());
      assertTrue(cursor.next());
      assertEquals(42, cursor.offset());
      assertEquals(BASE_TIMESTAMP + 5, cursor.timestamp());
      assertFalse(cursor.hasKey());
      assertEquals(0, cursor.valueSize());
      assertFalse(cursor.next());
      assertEquals(RecordFault.NONE, cursor.fault());
    }
  }

  @Test
  void theBuilderWritesTheExample() throws IOException {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, 96)) {
      assertTrue(
          builder.append(
              BASE_TIMESTAMP,
              Samples.utf8("pay"),
              Samples.utf8("12 EUR"),
              List.of(RecordHeader.of("src", Samples.utf8("till")), RecordHeader.ofNull("x"))));
      assertTrue(builder.append(BASE_TIMESTAMP + 5, null, Samples.utf8(""), List.of()));
      ByteBuffer batch = builder.build();
      BatchHeader.patch(batch, 0, 41, 7);
      assertEquals(example(), batch);
    }
  }

  private static ByteBuffer example() throws IOException {
    String text = Files.readString(Path.of("..", "docs", "FORMAT.md"));
    String section = text.substring(text.indexOf("\n## Record batch\n"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String line : section.lines().skip(2).takeWhile(l -> !l.startsWith("## ")).toList()) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        assertEquals(bytes.size(), Integer.parseInt(matcher.group(1)), line);
        bytes.writeBytes(HexFormat.ofDelimiter(" ").parseHex(matcher.group(2)));
      }
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }
}
