package dev.milena.it.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.SmallDisk;
import dev.milena.it.process.Tool;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that is full is a state: writes are refused, reads go on, and writes come back by
 * themselves.
 */
@Timeout(180)
class FullDiskTest {
  @TempDir Path folder;

  @BeforeEach
  void needsMount() {
    SmallDisk.assumeMountable();
  }

  @Test
  void writesAreRefusedReadsGoOnAndWritesComeBackWhenThereIsSpace() throws Exception {
    LogLines lines = LogLines.keyed(20_260_104, 500);
    Path file = lines.write(folder.resolve("some.log"));
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 400);
        NodeProcess node = NodeProcess.dev(disk.path().resolve("data")).awaitReady()) {
      Tool.kafkactl(node, "topics", "--create", "--topic", "logs", "--partitions", "1")
          .expecting(0);
      produce(node, file).expecting(0);
      disk.fill();
      Tool.Ended refused = produce(node, file).expecting(1);
      assertTrue(refused.errors().contains("full"), refused.errors());
      assertEquals(lines.printed(), read(node, 500));
      disk.empty();
      produce(node, file).expecting(0);
      String all = readAll(node);
      assertTrue(all.startsWith(lines.printed()) && all.endsWith(lines.printed()));
      // The refused run may have written a few lines before the disk was full to the last byte.
      String between =
          all.substring(lines.printed().length(), all.length() - lines.printed().length());
      assertTrue(lines.printed().startsWith(between), between);
      assertEquals(0, node.stop());
    }
  }

  @Test
  void diskFullAtStartIsSaid() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 16)) {
      disk.fill();
      NodeProcess node =
          NodeProcess.run(
              folder.resolve("said"),
              Map.of(),
              java.util.List.of(
                  "dev",
                  "--data",
                  disk.path().resolve("data").toString(),
                  "--port",
                  "0",
                  "--quorum-port",
                  "0",
                  "--http-port",
                  "0"));
      try (node) {
        assertEquals(3, node.awaitExit(), node.errors());
        assertTrue(node.errors().contains(disk.path().toString()), node.errors());
        assertFalse(node.errors().contains("\tat "), node.errors());
      }
    }
  }

  private static Tool.Ended produce(NodeProcess node, Path file) throws Exception {
    return Tool.kafkactl(
        node, "produce", "--topic", "logs", "--timeout-ms", "5000", "--file", file.toString());
  }

  private static String readAll(NodeProcess node) throws Exception {
    return Tool.kafkactl(
            node, "consume", "--topic", "logs", "--from-beginning", "--idle-exit-ms", "2000")
        .expecting(0)
        .latin1();
  }

  private static String read(NodeProcess node, int records) throws Exception {
    return Tool.kafkactl(
            node,
            "consume",
            "--topic",
            "logs",
            "--from-beginning",
            "--max-messages",
            Integer.toString(records),
            "--idle-exit-ms",
            "10000")
        .expecting(0)
        .latin1();
  }
}
