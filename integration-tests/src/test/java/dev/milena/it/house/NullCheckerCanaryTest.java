package dev.milena.it.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * NullAway has been seen to do nothing without a word. So a class that must not compile is compiled
 * with the very arguments of the root pom, beside its harmless twin.
 */
class NullCheckerCanaryTest {
  private static final String MARKED = "package canary;\n@org.jspecify.annotations.NullMarked\n";

  @TempDir Path folder;

  @Test
  void nullReturnedWhereNoneIsPromisedDoesNotCompile() throws Exception {
    Compilation result =
        compile(
            MARKED
                + "final class Canary { private Canary() {}\n"
                + "  static String name(String s) { return s.isEmpty() ? null : s; } }\n");
    assertNotEquals(0, result.exitCode(), result.output());
    assertTrue(result.output().contains("[NullAway]"), result.output());
  }

  @Test
  void ignoredFutureDoesNotCompile() throws Exception {
    Compilation result =
        compile(
            MARKED
                + "final class Canary { private Canary() {}\n"
                + "  static void run(java.util.concurrent.ExecutorService e) {"
                + " e.submit(() -> 1); } }\n");
    assertNotEquals(0, result.exitCode(), result.output());
    assertTrue(result.output().contains("[FutureReturnValueIgnored]"), result.output());
  }

  @Test
  void harmlessTwinCompiles() throws Exception {
    Compilation result =
        compile(
            MARKED
                + "final class Canary { private Canary() {}\n"
                + "  static String name(String s) { return s.isEmpty() ? \"-\" : s; } }\n");
    assertEquals(0, result.exitCode(), result.output());
  }

  private record Compilation(int exitCode, String output) {}

  private Compilation compile(String source) throws Exception {
    Path file = Files.writeString(folder.resolve("Canary.java"), source);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "javac").toString());
    for (String line : Files.readAllLines(House.root().resolve(".mvn/jvm.config"))) {
      for (String word : line.strip().split(" ")) {
        command.add("-J" + word);
      }
    }
    // "-J--add-exports jdk.compiler/..." must be one word each
    command = joinModuleFlags(command);
    command.addAll(pomArguments());
    String classpath = System.getProperty("java.class.path");
    command.addAll(
        List.of(
            "-proc:none",
            "-processorpath",
            classpath,
            "-classpath",
            classpath,
            "-d",
            folder.toString()));
    command.add(file.toString());
    Process javac = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(javac.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(javac.waitFor(60, TimeUnit.SECONDS), "javac did not end");
    return new Compilation(javac.exitValue(), output);
  }

  private static List<String> joinModuleFlags(List<String> words) {
    List<String> joined = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("-J--add-exports") || word.equals("-J--add-opens")) {
        joined.add(word + "=" + words.get(++i).substring(2));
      } else {
        joined.add(word);
      }
    }
    return joined;
  }

  private static List<String> pomArguments()
      throws IOException, ParserConfigurationException, SAXException {
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(House.root().resolve("pom.xml").toFile());
    var elements = document.getElementsByTagName("compilerArgs");
    assertEquals(1, elements.getLength(), "compilerArgs in the root pom");
    var args = ((Element) elements.item(0)).getElementsByTagName("arg");
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < args.getLength(); i++) {
      arguments.add(args.item(i).getTextContent().strip());
    }
    return arguments;
  }
}
