package dev.milena.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
    String port = "--port wants a port, 0 to 65,535, where 0 is any free one; got ";
    says("say what to run: milena dev, or milena start FILE.properties", "milena");
    says("unknown option --prot; did you mean --port?", "milena dev", "dev", "--prot", "1");
    says("unknown option --prot; did you mean --port?", "milena dev", "dev", "--prot=1");
    says("unknown word dve; did you mean dev?", "milena", "dve");
    says("unknown word nonsense", "milena", "nonsense");
    says("start needs FILE.properties", "milena start", "start");
    says(port + "\"http\"", "milena dev", "dev", "--port", "http");
    says(port + "none", "milena dev", "dev", "--port");
    says("--port is given twice", "milena dev", "dev", "--port", "1", "--port", "2");
    says("--data wants a directory; got none", "milena dev", "dev", "--data");
    expect(2, "--set novalue is not understood", "start", file(""), "--set", "novalue");
  }

  private void says(String sentence, String command, String... arguments) {
    said.reset();
    assertEquals(2, run(arguments), said::toString);
    assertEquals(
        "milena: %s%nTry %s --help.%n".formatted(sentence, command),
        said.toString(StandardCharsets.UTF_8));
  }

  @Test
  void helpFitsATerminalOfEightyColumns() {
    for (String[] command : new String[][] {{"--help"}, {"dev", "--help"}, {"start", "--help"}}) {
      ByteArrayOutputStream help = new ByteArrayOutputStream();
      assertEquals(0, runInto(help, command));
      String text = help.toString(StandardCharsets.UTF_8);
      assertTrue(text.startsWith("Usage: milena"), text);
      assertTrue(text.lines().allMatch(shown -> shown.length() <= 80), text);
    }
  }

  @Test
  void everyCommandTellsItsVersion() {
    for (String[] command : new String[][] {{"--version"}, {"dev", "-V"}, {"start", "-V"}}) {
      ByteArrayOutputStream version = new ByteArrayOutputStream();
      assertEquals(0, runInto(version, command));
      assertTrue(version.toString(StandardCharsets.UTF_8).startsWith("Milena "), version::toString);
    }
  }

  private int runInto(ByteArrayOutputStream out, String... arguments) {
    return Milena.commandLine(new PrintStream(said, true, StandardCharsets.UTF_8))
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .execute(arguments);
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
    expect(2, "--port wants a port, 0 to 65,535", "dev", "--port", "70000");
    expect(2, "--http-port wants a port, 0 to 65,535", "dev", "--http-port", "-1");
    expect(2, "listeners=127.0.0.1:70000", "start", file("listeners=127.0.0.1:70000"));
    expect(2, "listeners=127.0.0.1:9093 (--port) is not", "dev", "--port", "9093");
  }

  @Test
  void aRefusalNamesTheOptionInDevAndTheKeyInStart() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      String other = "choose another port with ";
      expect(1, other + "--port" + System.lineSeparator(), "dev", "--port", port);
      expect(1, other + "listeners" + System.lineSeparator(), "start", file("listeners=:" + port));
    }
  }

  private String file(String text) {
    try {
      return Files.writeString(temp.resolve("node.properties"), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
