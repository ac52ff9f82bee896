package dev.milena.it.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.Tool;
import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Starts that must not succeed: the exit code says which kind, the sentence says what and what to
 * do.
 */
@Timeout(120)
class RefusedStartsTest {
  @TempDir Path folder;

  @Test
  void takenPortIsNamedAndEndsWithOne() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      NodeProcess node =
          start("dev", "--data", data(), "--port", port, "--quorum-port", "0", "--http-port", "0");
      refused(node, 1, port, "taken");
    }
  }

  @Test
  void unknownSettingNamesTheNearestAndEndsWithTwo() throws Exception {
    refused(startWith("log.segment.byte=1000000"), 2, "log.segment.byte", "log.segment.bytes");
  }

  @Test
  void badValueSaysWhatIsAllowedAndEndsWithTwo() throws Exception {
    refused(startWith("log.segment.bytes=much"), 2, "log.segment.bytes", "much");
  }

  @Test
  void unreadableSettingsFileEndsWithTwo() throws Exception {
    NodeProcess node = start("start", folder.resolve("absent.properties").toString());
    refused(node, 2, "absent.properties");
  }

  @Test
  void controllerAloneIsRefusedWithAReason() throws Exception {
    refused(startWith("process.roles=controller"), 2, "process.roles", "broker");
  }

  @Test
  void secondProcessOnTheSameDataIsRefused() throws Exception {
    try (NodeProcess first = NodeProcess.dev(folder.resolve("data")).awaitReady()) {
      NodeProcess second =
          start("dev", "--data", data(), "--port", "0", "--quorum-port", "0", "--http-port", "0");
      refused(second, 3, "data", Long.toString(first.pid()));
      assertTrue(first.isAlive());
      assertEquals(0, first.stop());
    }
  }

  @Test
  void dataOfAnotherNodeIsRefused() throws Exception {
    try (NodeProcess first = NodeProcess.dev(folder.resolve("data")).awaitReady()) {
      assertEquals(0, first.stop());
    }
    refused(startWith("node.id=7"), 3, "node.id", "7");
  }

  @Test
  void copyOfALogInAnotherLogDirectoryIsRefused() throws Exception {
    Path second = folder.resolve("second");
    String both = "log.dirs=" + data() + "," + second;
    try (NodeProcess first = startWith(both).awaitReady()) {
      Tool.kafkactl(first, "topics", "--create", "--topic", "t", "--replication-factor", "1")
          .expecting(0);
      assertEquals(0, first.stop());
    }
    Path log = onlyLog(folder.resolve("data")).or(() -> onlyLog(second)).orElseThrow();
    Path other = log.startsWith(second) ? folder.resolve("data") : second;
    Files.createDirectory(other.resolve(log.getFileName()));
    refused(startWith(both), 3, log.toString(), other.resolve(log.getFileName()).toString());
  }

  private static Optional<Path> onlyLog(Path directory) {
    File[] logs = directory.toFile().listFiles((_, name) -> name.matches(".{22}-0"));
    return Arrays.stream(logs == null ? new File[0] : logs).map(File::toPath).findFirst();
  }

  @Test
  void folderThatCannotBeWrittenIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("a-file"), "not a folder");
    NodeProcess node =
        start(
            "dev",
            "--data",
            file.toString(),
            "--port",
            "0",
            "--quorum-port",
            "0",
            "--http-port",
            "0");
    refused(node, 3, "a-file");
  }

  @Test
  void environmentSetsKeysAndErrorsNameTheVariable() throws Exception {
    Path file = Files.writeString(folder.resolve("node.properties"), properties(""));
    NodeProcess node =
        NodeProcess.run(
            folder.resolve("said"),
            Map.of("MILENA_NUM_PARTITIONS", "none"),
            List.of("start", file.toString()));
    refused(node, 2, "num.partitions", "none");
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private NodeProcess start(String... arguments) throws Exception {
    return NodeProcess.run(folder.resolve("said"), Map.of(), List.of(arguments));
  }

  private NodeProcess startWith(String line) throws Exception {
    Path file = Files.writeString(folder.resolve("node.properties"), properties(line));
    return start("start", file.toString());
  }

  private String properties(String line) {
    String id = line.startsWith("node.id=") ? "" : "node.id=1\n";
    String directories = line.startsWith("log.dirs=") ? "" : "log.dirs=" + data() + "\n";
    return id
        + "listeners=127.0.0.1:0\nquorum.listener=127.0.0.1:0\nhttp.listener=127.0.0.1:0\n"
        + directories
        + line
        + "\n";
  }

  private static void refused(NodeProcess node, int code, String... words) throws Exception {
    try (node) {
      assertEquals(code, node.awaitExit(), node.errors());
      assertEquals("", node.output());
      String errors = node.errors();
      for (String word : words) {
        assertTrue(errors.contains(word), "'" + word + "' in: " + errors);
      }
      assertFalse(errors.contains("\tat "), "a stack trace: " + errors);
    }
  }
}
