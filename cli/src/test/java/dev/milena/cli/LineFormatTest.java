package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.milena.client.Header;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LineFormatTest {
  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static LineFormat.Parts parse(Map<String, String> properties, String line) {
    return new LineFormat(properties).parse(bytes(line), 3);
  }

  private static LineFormat.Parts parts(
      List<Header> headers, @Nullable String key, @Nullable String value) {
    return new LineFormat.Parts(
        headers, key == null ? null : bytes(key), value == null ? null : bytes(value));
  }

  @Test
  void aLineIsAValueUnlessToldOtherwise() {
    assertEquals(parts(List.of(), null, "a\tb:c"), parse(Map.of(), "a\tb:c"));
    assertEquals(parts(List.of(), null, ""), parse(Map.of(), ""));
  }

  @Test
  void theKeyEndsAtTheFirstSeparator() {
    Map<String, String> tab = Map.of("parse.key", "true");
    assertEquals(parts(List.of(), "k", "v\tw"), parse(tab, "k\tv\tw"));
    Map<String, String> bars = Map.of("parse.key", "true", "key.separator", "||");
    assertEquals(parts(List.of(), "a|b", "|c"), parse(bars, "a|b|||c"));
    assertEquals(parts(List.of(), "", ""), parse(bars, "||"));
  }

  @Test
  void aLineWithoutSeparatorIsNamed() {
    Map<String, String> properties = Map.of("parse.key", "true", "key.separator", "|");
    CommandFailed failed =
        assertThrows(CommandFailed.class, () -> parse(properties, "no separator"));
    assertEquals(1, failed.exitCode());
    assertEquals(
        "line 3: no key, the line has no \"|\"; stopped there, the lines before it were sent",
        failed.getMessage());
  }

  @Test
  void aLineWithoutSeparatorIsAllValueWhenErrorsAreIgnored() {
    Map<String, String> properties =
        Map.of("parse.key", "true", "parse.headers", "true", "ignore.error", "true");
    assertEquals(parts(List.of(), null, "abc"), parse(properties, "abc"));
  }

  @Test
  void headersComeFirst() {
    Map<String, String> properties = Map.of("parse.headers", "true", "parse.key", "true");
    List<Header> headers = List.of(new Header("a", bytes("1")), new Header("b", bytes("2:3")));
    assertEquals(parts(headers, "k", "v"), parse(properties, "a:1,b:2:3\tk\tv"));
    Map<String, String> other =
        Map.of(
            "parse.headers", "true",
            "headers.delimiter", "!",
            "headers.separator", ";",
            "headers.key.separator", "=");
    assertEquals(parts(List.of(new Header("a", bytes(""))), null, "v"), parse(other, "a=!v"));
    assertThrows(CommandFailed.class, () -> parse(other, "a!v"));
    assertThrows(CommandFailed.class, () -> parse(other, "a=1"));
  }

  @Test
  void theMarkerStandsForNull() {
    Map<String, String> properties =
        Map.of("parse.headers", "true", "parse.key", "true", "null.marker", "NULL");
    assertEquals(parts(List.of(), null, null), parse(properties, "NULL\tNULL\tNULL"));
    List<Header> headers = List.of(new Header("a", null));
    assertEquals(parts(headers, "NULLS", ""), parse(properties, "a:NULL\tNULLS\t"));
  }

  @Test
  void aPropertyThatNobodyKnowsIsRefusedWithTheNearest() {
    CommandFailed failed =
        assertThrows(CommandFailed.class, () -> new LineFormat(Map.of("parse.keys", "true")));
    assertEquals(2, failed.exitCode());
    assertEquals(
        "unknown property \"parse.keys\"; did you mean parse.key? Known are headers.delimiter,"
            + " headers.key.separator, headers.separator, ignore.error, key.separator, null.marker,"
            + " parse.headers, parse.key",
        failed.getMessage());
    assertThrows(CommandFailed.class, () -> new LineFormat(Map.of("parse.key", "yes")));
    assertThrows(CommandFailed.class, () -> new LineFormat(Map.of("key.separator", "")));
  }
}
