package dev.milena.it.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a start says of the logs that it opens: there may be thousands. */
class StartLinesTest {
  private static final int LOGS = 200;
  private static final int RECORDS = 20 * LOGS;
  private static final byte[] TORN = {0, 0, 0, 0, 0, 0, 1};

  @TempDir Path folder;

  @Test
  @Timeout(240)
  void afterAKillAStartSumsUpAndNamesOnlyTheLogOfWhichSomethingWasCut() throws Exception {
    Path data = folder.resolve("data");
    try (NodeProcess node = NodeProcess.dev(data).awaitReady()) {
      Tool.kafkactl(node, "topics", "--create", "--topic", "t", "--partitions", "" + LOGS)
          .expecting(0);
      assertEquals(1, sums(node).size(), node::lastErrors);
      assertTrue(sums(node).getFirst().contains("logs=0 "), node::lastErrors);
      Tool.kafkactl(
              node,
              "produce",
              "--topic",
              "t",
              "--file",
              records().toString(),
              "--property",
              "parse.key=true",
              "--property",
              "key.separator=|")
          .expecting(0);
      assertEquals(LOGS, lines(node, " created log").size(), "while it runs each is named");
      node.kill();
    }
    List<Path> segments = segments(data);
    assertEquals(LOGS, segments.size());
    Path torn = segments.getFirst();
    Files.write(torn, TORN, StandardOpenOption.APPEND);

    try (NodeProcess node = NodeProcess.dev(data).awaitReady()) {
      List<String> single = lines(node, " log=");
      assertEquals(1, single.size(), single::toString);
      String cut = single.getFirst();
      assertTrue(cut.contains("[WARN]") && cut.contains("cutBytes=" + TORN.length), cut);
      assertTrue(cut.contains("log=" + log(torn) + " "), cut);
      assertEquals(List.of(), lines(node, " partition="), "roles that it finds are no changes");
      assertEquals(1, sums(node).size(), node::lastErrors);
      String sum = sums(node).getFirst();
      for (String part : List.of("logs=" + LOGS, "createdLogs=0", "cutLogs=1", "offlineLogs=0")) {
        assertTrue(sum.contains(part + " "), sum);
      }
      assertTrue(Pattern.compile(" scannedBytes=[1-9]\\d* .* ms=\\d+ ").matcher(sum).find(), sum);
      assertEquals(0, node.stop());
    }
  }

  /** To every partition at least one: each has a log then, with something to scan after a kill. */
  private Path records() throws Exception {
    Path file = folder.resolve("records");
    Files.write(file, IntStream.range(0, RECORDS).mapToObj(key -> key + "|v").toList());
    return file;
  }

  private static List<String> sums(NodeProcess node) throws Exception {
    return lines(node, " opened the logs");
  }

  private static List<String> lines(NodeProcess node, String containing) throws Exception {
    return node.errors().lines().filter(line -> line.contains(containing)).toList();
  }

  private static List<Path> segments(Path data) throws Exception {
    try (Stream<Path> all = Files.walk(data)) {
      return all.filter(path -> path.toString().endsWith("0.log"))
          .filter(path -> log(path).matches(".{22}-\\d+"))
          .sorted()
          .toList();
    }
  }

  /** The folder that a segment lies in. */
  private static String log(Path segment) {
    return segment.getName(segment.getNameCount() - 2).toString();
  }
}
