package dev.milena.cli;

import dev.milena.client.Header;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a line of input becomes a record: {@code headers TAB key TAB value}, the first two only when
 * asked for. Properties and defaults are those of Kafka's console producer.
 */
final class LineFormat {
  private static final String PARSE_KEY = "parse.key";
  private static final String KEY_SEPARATOR = "key.separator";
  private static final String PARSE_HEADERS = "parse.headers";
  private static final String HEADERS_DELIMITER = "headers.delimiter";
  private static final String HEADERS_SEPARATOR = "headers.separator";
  private static final String HEADERS_KEY_SEPARATOR = "headers.key.separator";
  private static final String NULL_MARKER = "null.marker";
  private static final String IGNORE_ERROR = "ignore.error";

  static final Set<String> PROPERTIES =
      Set.of(
          PARSE_KEY,
          KEY_SEPARATOR,
          PARSE_HEADERS,
          HEADERS_DELIMITER,
          HEADERS_SEPARATOR,
          HEADERS_KEY_SEPARATOR,
          NULL_MARKER,
          IGNORE_ERROR);

  private final boolean parseKey;
  private final boolean parseHeaders;
  private final boolean ignoreError;
  private final byte[] keySeparator;
  private final byte[] headersDelimiter;
  private final byte[] headersSeparator;
  private final byte[] headersKeySeparator;
  private final Optional<ByteBuffer> nullMarker;

  /** What a line says; views into the line. */
  record Parts(List<Header> headers, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {}

  /**
   * Reads the properties.
   *
   * @throws CommandFailed for one that is not known or makes no sense
   */
  LineFormat(Map<String, String> properties) {
    PropertyList.refuseUnknown(properties, PROPERTIES);
    this.parseKey = PropertyList.isTrue(properties, PARSE_KEY, false);
    this.parseHeaders = PropertyList.isTrue(properties, PARSE_HEADERS, false);
    this.ignoreError = PropertyList.isTrue(properties, IGNORE_ERROR, false);
    this.keySeparator = separator(properties, KEY_SEPARATOR, "\t");
    this.headersDelimiter = separator(properties, HEADERS_DELIMITER, "\t");
    this.headersSeparator = separator(properties, HEADERS_SEPARATOR, ",");
    this.headersKeySeparator = separator(properties, HEADERS_KEY_SEPARATOR, ":");
    this.nullMarker =
        Optional.ofNullable(properties.get(NULL_MARKER))
            .map(marker -> ByteBuffer.wrap(marker.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] separator(Map<String, String> properties, String key, String otherwise) {
    byte[] bytes = Separators.bytes(properties, key, otherwise);
    if (bytes.length == 0) {
      throw CommandFailed.usage("property " + key + " is at least one character");
    }
    return bytes;
  }

  /**
   * Takes a line apart.
   *
   * @throws CommandFailed naming the line, when a separator is missing
   */
  Parts parse(ByteBuffer line, long lineNumber) {
    ByteBuffer rest = line;
    List<Header> headers = List.of();
    if (parseHeaders) {
      int end = indexOf(rest, headersDelimiter);
      if (end >= 0) {
        headers = headers(rest.slice(0, end), lineNumber);
        rest = after(rest, end, headersDelimiter);
      } else if (!ignoreError) {
        throw missing(lineNumber, "no headers", headersDelimiter);
      }
    }
    ByteBuffer key = null;
    if (parseKey) {
      int end = indexOf(rest, keySeparator);
      if (end >= 0) {
        key = orNull(rest.slice(0, end));
        rest = after(rest, end, keySeparator);
      } else if (!ignoreError) {
        throw missing(lineNumber, "no key", keySeparator);
      }
    }
    return new Parts(headers, key, orNull(rest));
  }

  private List<Header> headers(ByteBuffer text, long lineNumber) {
    if (isNull(text)) {
      return List.of();
    }
    List<Header> headers = new ArrayList<>();
    ByteBuffer rest = text;
    while (true) {
      int end = indexOf(rest, headersSeparator);
      header(end < 0 ? rest : rest.slice(0, end), lineNumber).ifPresent(headers::add);
      if (end < 0) {
        return headers;
      }
      rest = after(rest, end, headersSeparator);
    }
  }

  private Optional<Header> header(ByteBuffer text, long lineNumber) {
    int colon = indexOf(text, headersKeySeparator);
    if (colon < 0) {
      if (ignoreError) {
        return Optional.empty();
      }
      throw missing(lineNumber, "a header without name and value", headersKeySeparator);
    }
    if (isNull(text.slice(0, colon))) {
      throw CommandFailed.refused(
          "line "
              + lineNumber
              + ": a header's name cannot be null; stopped there, the lines before it were sent");
    }
    String name = StandardCharsets.UTF_8.decode(text.slice(0, colon)).toString();
    return Optional.of(new Header(name, orNull(after(text, colon, headersKeySeparator))));
  }

  private static CommandFailed missing(long lineNumber, String what, byte[] separator) {
    return CommandFailed.refused(
        "line "
            + lineNumber
            + ": "
            + what
            + ", the line has no \""
            + shown(separator)
            + "\"; stopped there, the lines before it were sent");
  }

  private static String shown(byte[] separator) {
    return new String(separator, StandardCharsets.UTF_8)
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }

  private boolean isNull(ByteBuffer text) {
    return nullMarker.isPresent() && nullMarker.get().equals(text);
  }

  private @Nullable ByteBuffer orNull(ByteBuffer text) {
    return isNull(text) ? null : text;
  }

  private static ByteBuffer after(ByteBuffer text, int at, byte[] separator) {
    int from = at + separator.length;
    return text.slice(from, text.limit() - from);
  }

  /** Where a separator is first found in a buffer that begins at 0, or -1. */
  private static int indexOf(ByteBuffer text, byte[] separator) {
    for (int at = 0; at <= text.limit() - separator.length; at++) {
      if (text.get(at) == separator[0] && matches(text, at, separator)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean matches(ByteBuffer text, int at, byte[] separator) {
    for (int i = 1; i < separator.length; i++) {
      if (text.get(at + i) != separator[i]) {
        return false;
      }
    }
    return true;
  }
}
