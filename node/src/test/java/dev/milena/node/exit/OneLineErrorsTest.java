package dev.milena.node.exit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.ratis.util.LogUtils;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  /** Ratis shows lists a member a line; a client writes nothing into what it says. */
  @Test
  void theLinesOfAMessageOfRatisAreOneThatCanBeRead() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new OneLineErrors(out));
    try {
      Logger log = LoggerFactory.getLogger("org.apache.ratis.X");
      LogUtils.warn(log, () -> "failed\n  Caused by: peers:[\n  n1,\r\n  n2\n]\u001b[2J\n", cut());
      log.warn("not by Ratis:\n  [n1]", cut());
    } finally {
      System.setErr(before);
    }
    List<String> said =
        out.toString(StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.startsWith("\t"))
            .toList();
    assertEquals(4, said.size(), said.toString());
    assertEquals(
        "[WARN] X - failed; Caused by: peers:[ n1, n2 ]\\u001b[2J",
        from("[WARN]", said.getFirst()));
    assertEquals("java.io.IOException: io; cut: here", said.get(1));
    assertEquals("[WARN] X - not by Ratis:\\n  [n1]", from("[WARN]", said.get(2)));
    assertEquals("java.io.IOException: io;\\n  cut: here", said.get(3));
  }

  private static IOException cut() {
    return new IOException("io;\n  cut: here");
  }

  private static String from(String mark, String line) {
    return line.substring(line.indexOf(mark));
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
