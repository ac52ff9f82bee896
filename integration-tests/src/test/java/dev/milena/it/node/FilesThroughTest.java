package dev.milena.it.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.Tool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Log files go in by {@code kafkactl produce} and come out by {@code kafkactl consume}, before and
 * after kill -9.
 */
@Timeout(180)
class FilesThroughTest {
  private static final int LINES = 2_000;

  @TempDir Path folder;

  @Test
  void onePartitionGivesBackEveryByteInOrderAlsoAfterKillNine() throws Exception {
    LogLines lines = LogLines.odd(20_260_101, LINES);
    Path file = lines.write(folder.resolve("odd.log"));
    Path data = folder.resolve("data");
    try (NodeProcess node = NodeProcess.dev(data).awaitReady()) {
      create(node, "logs", 1);
      produceFile(node, "logs", file);
      assertSame(lines.printed(), consume(node, "logs"));
      node.kill();
    }
    try (NodeProcess node = NodeProcess.dev(data).awaitReady()) {
      assertSame(lines.printed(), consume(node, "logs"));
      assertEquals(0, node.stop());
    }
  }

  @Test
  void severalPartitionsGiveBackTheSameLinesOrderedWithinEach() throws Exception {
    LogLines lines = LogLines.odd(20_260_102, LINES);
    Path file = lines.write(folder.resolve("odd.log"));
    Path data = folder.resolve("data");
    try (NodeProcess node = NodeProcess.dev(data).awaitReady()) {
      create(node, "logs", 3);
      produceFile(node, "logs", file);
      node.kill();
    }
    try (NodeProcess node = NodeProcess.dev(data).awaitReady()) {
      String all = consume(node, "logs");
      assertEquals(sorted(lines.printed()), sorted(all));
      List<String> together = new ArrayList<>();
      for (int partition = 0; partition < 3; partition++) {
        String part = consumePartition(node, "logs", partition);
        assertInOrder(lines.lines(), split(part));
        together.addAll(split(part));
      }
      assertEquals(sorted(lines.printed()), sorted(String.join("\n", together) + "\n"));
    }
  }

  @Test
  void equalKeysShareAPartitionAndKeepTheirOrder() throws Exception {
    LogLines lines = LogLines.keyed(20_260_103, LINES);
    Path file = lines.write(folder.resolve("keyed.log"));
    try (NodeProcess node = NodeProcess.dev(folder.resolve("data")).awaitReady()) {
      create(node, "keyed", 6);
      Tool.kafkactl(
              node,
              file,
              "produce",
              "--topic",
              "keyed",
              "--property",
              "parse.key=true",
              "--property",
              "key.separator=|")
          .expecting(0);
      Map<String, Integer> partitionOfKey = new HashMap<>();
      List<String> together = new ArrayList<>();
      for (int partition = 0; partition < 6; partition++) {
        List<String> part =
            split(
                consumePartition(
                    node,
                    "keyed",
                    partition,
                    "--property",
                    "print.key=true",
                    "--property",
                    "key.separator=|"));
        assertInOrder(lines.lines(), part);
        together.addAll(part);
        for (String line : part) {
          String key = line.substring(0, line.indexOf('|'));
          assertEquals(partition, partitionOfKey.computeIfAbsent(key, putHere(partition)));
        }
      }
      assertEquals(sorted(lines.printed()), sorted(String.join("\n", together) + "\n"));
    }
  }

  @Test
  void lineWithoutSeparatorIsNamedAndStopsTheProducer() throws Exception {
    Path file = folder.resolve("mixed.log");
    java.nio.file.Files.writeString(file, "a|1\nb|2\nno separator here\nc|3\n");
    try (NodeProcess node = NodeProcess.dev(folder.resolve("data")).awaitReady()) {
      create(node, "keyed", 1);
      Tool.Ended ended =
          Tool.kafkactl(
                  node,
                  file,
                  "produce",
                  "--topic",
                  "keyed",
                  "--property",
                  "parse.key=true",
                  "--property",
                  "key.separator=|")
              .expecting(1);
      assertTrue(ended.errors().contains("line 3"), ended.errors());
      assertEquals(List.of("1", "2"), split(consume(node, "keyed")));
    }
  }

  private static java.util.function.Function<String, Integer> putHere(int partition) {
    return key -> partition;
  }

  private static void create(NodeProcess node, String topic, int partitions) throws Exception {
    Tool.Ended ended =
        Tool.kafkactl(
                node,
                "topics",
                "--create",
                "--topic",
                topic,
                "--partitions",
                Integer.toString(partitions),
                "--replication-factor",
                "1")
            .expecting(0);
    assertEquals("Created topic " + topic + ".\n", ended.text());
  }

  private static void produceFile(NodeProcess node, String topic, Path file) throws Exception {
    Tool.Ended ended =
        Tool.kafkactl(node, "produce", "--topic", topic, "--file", file.toString()).expecting(0);
    assertTrue(
        ended.errors().endsWith("produced " + LINES + " records to " + topic + "\n"),
        ended.errors());
  }

  private static String consume(NodeProcess node, String topic) throws Exception {
    return Tool.kafkactl(
            node, "consume", "--topic", topic, "--from-beginning", "--idle-exit-ms", "1500")
        .expecting(0)
        .latin1();
  }

  private static String consumePartition(
      NodeProcess node, String topic, int partition, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("consume", "--topic", topic, "--from-beginning"));
    arguments.addAll(List.of("--partition", Integer.toString(partition), "--idle-exit-ms", "1500"));
    arguments.addAll(List.of(more));
    return Tool.kafkactl(node, arguments.toArray(String[]::new)).expecting(0).latin1();
  }

  private static List<String> split(String printed) {
    return printed.isEmpty()
        ? List.of()
        : List.of(printed.substring(0, printed.length() - 1).split("\n", -1));
  }

  private static List<String> sorted(String printed) {
    return split(printed).stream().sorted().toList();
  }

  /** Equal, with a short message: the texts are too long to print. */
  private static void assertSame(String expected, String actual) {
    int at = 0;
    while (at < Math.min(expected.length(), actual.length())
        && expected.charAt(at) == actual.charAt(at)) {
      at++;
    }
    assertTrue(
        expected.equals(actual),
        "differ at byte "
            + at
            + ": "
            + expected.length()
            + " bytes in, "
            + actual.length()
            + " out");
  }

  /** Whether {@code part} is a subsequence of {@code whole}. */
  private static void assertInOrder(List<String> whole, List<String> part) {
    int next = 0;
    for (String line : whole) {
      if (next < part.size() && part.get(next).equals(line)) {
        next++;
      }
    }
    assertEquals(part.size(), next, "lines in the order of the file");
  }
}
