package dev.milena.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Command lines that end before a node is started. */
class MilenaTest {
  @TempDir private Path temp = Path.of("");
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return Milena.commandLine(new PrintStream(said, true, StandardCharsets.UTF_8))
        .execute(arguments);
  }

  private void expect(int code, String sentence, String... arguments) {
    said.reset();
    assertEquals(code, run(arguments), said::toString);
    String text = said.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains(sentence), text);
    assertTrue(!text.contains("\tat "), text);
  }

  @Test
  void wrongUsageEndsWithTwo() {
    expect(2, "Say dev or start.");
    expect(2, "Unknown option: '--prot'", "dev", "--prot");
    expect(2, "Missing required parameter: 'FILE.properties'", "start");
    expect(2, "is not an int", "dev", "--port", "http");
    expect(2, "--set novalue is not understood", "start", file(""), "--set", "novalue");
  }

  @Test
  void settingsThatCannotBeReadEndWithTwo() throws Exception {
    String missing = temp.resolve("none.properties").toString();
    expect(2, "the settings in " + missing + " cannot be read: there is no such", "start", missing);
    expect(2, "Is a directory", "start", temp.toString());
    Path binary = Files.write(temp.resolve("b.properties"), new byte[] {'a', '=', (byte) 0xff});
    expect(2, "it is not text in UTF-8", "start", binary.toString());
    expect(2, "four hexadecimal digits", "start", file("a=\\u12x4"));
  }

  @Test
  void wrongSettingsEndWithTwo() {
    expect(2, "unknown setting \"nod.id\"", "start", file("nod.id=1"));
    expect(2, "num.partitions=x", "start", file("num.partitions=1"), "--set", "num.partitions=x");
    expect(2, "listeners=127.0.0.1:70000 (the command line)", "dev", "--port", "70000");
  }

  private String file(String text) {
    try {
      return Files.writeString(temp.resolve("node.properties"), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
