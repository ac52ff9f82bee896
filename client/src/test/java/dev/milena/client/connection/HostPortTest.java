package dev.milena.client.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
  @Test
  void listsAreSeparatedByCommas() {
    assertEquals(
        List.of(new HostPort("a", 1), new HostPort("::1", 9092)),
        HostPort.parseList(" a:1, [::1]:9092,"));
    assertEquals("[::1]:9092", new HostPort("::1", 9092).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "a",
        "a:",
        ":1",
        "a:b",
        "a:0",
        "a:65536",
        "a:-1",
        "a:+1",
        "::1:9092",
        " :5",
        "[]:1",
        "[::1:1",
        "[a:1",
        "a]:1",
        "a b:1",
        "a@b:1",
        "a/b:1"
      })
  void whatIsNoAddressIsNamed(String text) {
    IllegalArgumentException failure =
        assertThrows(IllegalArgumentException.class, () -> HostPort.parseList(text));
    assertTrue(failure.toString().matches(".*(address|port|host).*"), failure.toString());
  }
}
