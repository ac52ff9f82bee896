package dev.milena.cli;

import dev.milena.client.Header;
import dev.milena.client.RecordRun;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a record becomes a line of output. Properties, order and words are those of Kafka's console
 * consumer; bytes are printed as they are.
 */
final class RecordFormat {
  private static final String PRINT_TIMESTAMP = "print.timestamp";
  private static final String PRINT_PARTITION = "print.partition";
  private static final String PRINT_OFFSET = "print.offset";
  private static final String PRINT_HEADERS = "print.headers";
  private static final String PRINT_KEY = "print.key";
  private static final String PRINT_VALUE = "print.value";
  private static final String KEY_SEPARATOR = "key.separator";
  private static final String LINE_SEPARATOR = "line.separator";
  private static final String HEADERS_SEPARATOR = "headers.separator";
  private static final String NULL_LITERAL = "null.literal";

  static final Set<String> PROPERTIES =
      Set.of(
          PRINT_TIMESTAMP,
          PRINT_PARTITION,
          PRINT_OFFSET,
          PRINT_HEADERS,
          PRINT_KEY,
          PRINT_VALUE,
          KEY_SEPARATOR,
          LINE_SEPARATOR,
          HEADERS_SEPARATOR,
          NULL_LITERAL);

  private final Set<String> printed;
  private final ByteBuffer keySeparator;
  private final ByteBuffer lineSeparator;
  private final ByteBuffer headersSeparator;
  private final ByteBuffer nullLiteral;
  private long count;

  /**
   * Reads the properties.
   *
   * @throws CommandFailed for one that is not known or makes no sense
   */
  RecordFormat(Map<String, String> properties) {
    PropertyList.refuseUnknown(properties, PROPERTIES);
    this.printed =
        PROPERTIES.stream()
            .filter(p -> p.startsWith("print."))
            .filter(p -> PropertyList.isTrue(properties, p, p.equals(PRINT_VALUE)))
            .collect(java.util.stream.Collectors.toUnmodifiableSet());
    this.keySeparator =
        ByteBuffer.wrap(Separators.bytes(properties, KEY_SEPARATOR, "\t")).asReadOnlyBuffer();
    this.lineSeparator =
        ByteBuffer.wrap(Separators.bytes(properties, LINE_SEPARATOR, "\n")).asReadOnlyBuffer();
    this.headersSeparator =
        ByteBuffer.wrap(Separators.bytes(properties, HEADERS_SEPARATOR, ",")).asReadOnlyBuffer();
    this.nullLiteral = bytes(properties.getOrDefault(NULL_LITERAL, "null"));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
  }

  /** How many records were printed. */
  long count() {
    return count;
  }

  /** Prints the record that a run stands at. */
  void print(RecordRun record, DataOut out) {
    count++;
    boolean more = false;
    if (printed.contains(PRINT_TIMESTAMP)) {
      out.put((record.isLogAppendTime() ? "LogAppendTime:" : "CreateTime:") + record.timestampMs());
      more = true;
    }
    if (printed.contains(PRINT_PARTITION)) {
      separate(more, out);
      out.put("Partition:" + record.partition().partition());
      more = true;
    }
    if (printed.contains(PRINT_OFFSET)) {
      separate(more, out);
      out.put("Offset:" + record.offset());
      more = true;
    }
    if (printed.contains(PRINT_HEADERS)) {
      separate(more, out);
      printHeaders(record.headers(), out);
      more = true;
    }
    if (printed.contains(PRINT_KEY)) {
      separate(more, out);
      printBytes(record.key(), out);
      more = true;
    }
    if (printed.contains(PRINT_VALUE)) {
      separate(more, out);
      printBytes(record.value(), out);
      more = true;
    }
    if (more) {
      out.put(lineSeparator);
    }
  }

  private void separate(boolean more, DataOut out) {
    if (more) {
      out.put(keySeparator);
    }
  }

  private void printHeaders(List<Header> headers, DataOut out) {
    if (headers.isEmpty()) {
      out.put("NO_HEADERS");
    }
    for (int i = 0; i < headers.size(); i++) {
      if (i > 0) {
        out.put(headersSeparator);
      }
      out.put(headers.get(i).key() + ":");
      printBytes(headers.get(i).value(), out);
    }
  }

  private void printBytes(@Nullable ByteBuffer bytes, DataOut out) {
    out.put(bytes == null ? nullLiteral : bytes);
  }
}
