package dev.milena.node.exit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OneLineErrorsTest {
  @Test
  void aClientCannotWriteALogLineOfItsOwn() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OneLineErrors errors = new OneLineErrors(out)) {
      errors.println("topic \"a\r\n2026 [main] ERROR forged\" is unknown\u001b[2J\u2028");
      errors.println((Object) "x\ny");
    }
    assertEquals(
        "topic \"a\\r\\n2026 [main] ERROR forged\" is unknown\\u001b[2J\\u2028\nx\\ny\n",
        out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void plainTextAndTheFramesOfATraceStayAsTheyAre() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OneLineErrors errors = new OneLineErrors(out)) {
      new IllegalStateException("Größe\n0").printStackTrace(errors);
    }
    String[] lines = out.toString(StandardCharsets.UTF_8).split("\n");
    assertEquals("java.lang.IllegalStateException: Größe\\n0", lines[0]);
    assertEquals("\tat ", lines[1].substring(0, 4));
  }
}
