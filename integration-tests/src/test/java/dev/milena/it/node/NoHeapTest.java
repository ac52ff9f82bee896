package dev.milena.it.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node whose JVM has too little memory for what is asked of it: it ends at once, and loses
 * nothing.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(300)
class NoHeapTest {
  /** What the JVM ends with, by -XX:+ExitOnOutOfMemoryError. */
  private static final int OUT_OF_MEMORY = 3;

  private static final int TOPICS_AT_MOST = 60;

  @TempDir Path folder;

  private final LogLines lines = LogLines.keyed(20_261_126, 500);
  private Path file = Path.of("");

  @BeforeEach
  void write() throws Exception {
    file = lines.write(folder.resolve("some.log"));
  }

  @Test
  void aNodeWhoseHeapIsFullEndsWithThreeAndLosesNothingThatWasAcknowledged() throws Exception {
    int acknowledged = 0;
    try (NodeProcess node = start("-Xms40m -Xmx40m").awaitReady()) {
      store(node);
      while (node.isAlive() && acknowledged < TOPICS_AT_MOST && grow(node, acknowledged)) {
        acknowledged++;
      }

      assertEnded(node, "Java heap space");
    }
    System.out.println(acknowledged + " topics of 1,000 partitions were acknowledged");
    try (NodeProcess again = start("").awaitReady()) {
      assertStored(again);
      String topics = Tool.kafkactl(again, "topics", "--list").expecting(0).text();
      for (int i = 0; i < acknowledged; i++) {
        assertTrue(topics.lines().anyMatch(("grown-" + i)::equals), topics);
      }
    }
  }

  @Test
  void aNodeThatHasNoRoomForItsClassesEndsWithThreeAndLosesNothingThatWasAcknowledged()
      throws Exception {
    try (NodeProcess node = start("").awaitReady()) {
      store(node);
    }
    // classes out of the start-up archive take no room there
    try (NodeProcess node = start("-XX:AOTMode=off -XX:MaxMetaspaceSize=24m")) {
      assertEnded(node, "Metaspace");
    }
    try (NodeProcess again = start("").awaitReady()) {
      assertStored(again);
    }
  }

  private NodeProcess start(String flags) throws Exception {
    return NodeProcess.run(
        folder.resolve("said"),
        Map.of("MILENA_JVM_OPTS", flags),
        List.of(
            "dev",
            "--data=" + folder.resolve("data"),
            "--port=0",
            "--quorum-port=0",
            "--http-port=0"));
  }

  private void store(NodeProcess node) throws Exception {
    Tool.kafkactl(node, "topics", "--create", "--topic", "logs", "--partitions", "1").expecting(0);
    Tool.kafkactl(node, "produce", "--topic", "logs", "--file", file.toString()).expecting(0);
  }

  /** Partitions are kept in memory, and nothing bounds how many there are. */
  private static boolean grow(NodeProcess node, int number) throws Exception {
    String name = "grown-" + number;
    return Tool.kafkactl(node, "topics", "--create", "--topic", name, "--partitions", "1000")
            .exitCode()
        == 0;
  }

  private static void assertEnded(NodeProcess node, String what) throws Exception {
    int code = node.awaitExit();
    String said = node.output() + node.errors();
    assertEquals(OUT_OF_MEMORY, code, said);
    assertTrue(said.contains("Terminating due to java.lang.OutOfMemoryError: " + what), said);
  }

  private void assertStored(NodeProcess node) throws Exception {
    Tool.Ended read =
        Tool.kafkactl(
                node, "consume", "--topic", "logs", "--from-beginning", "--max-messages", "500")
            .expecting(0);
    assertEquals(lines.printed(), read.latin1());
  }
}
