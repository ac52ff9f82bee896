package dev.milena.it.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.process.Checkout;
import dev.milena.it.process.LimitedUser;
import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A node whose process reaches a limit of the system. */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(180)
class NoThreadsTest {
  @TempDir Path folder;

  @Test
  void aNodeThatGetsNoMoreThreadsEndsAndSaysWhichLimitsThereAreAndLosesNothing() throws Exception {
    LogLines lines = LogLines.keyed(20_261_126, 500);
    Path file = lines.write(folder.resolve("some.log"));
    Path data = folder.resolve("data");
    try (LimitedUser user = LimitedUser.assumePossible()) {
      user.own(folder);
      List<String> dev =
          user.command(
              List.of(
                  Checkout.script("milena").toString(),
                  "dev",
                  "--data=" + data,
                  "--port=0",
                  "--quorum-port=0",
                  "--http-port=0"));
      try (NodeProcess node = NodeProcess.exec(folder.resolve("said"), Map.of(), dev)) {
        node.awaitReady();
        Tool.kafkactl(node, "topics", "--create", "--topic", "logs", "--partitions", "1")
            .expecting(0);
        Tool.kafkactl(node, "produce", "--topic", "logs", "--file", file.toString()).expecting(0);

        user.exhaust();

        assertEquals(1, node.awaitExit(), node.errors());
        assertTrue(
            node.errors().contains("no more threads for 10 s: raise the limit"), node.errors());
      }
    }
    try (NodeProcess again = NodeProcess.dev(data).awaitReady()) {
      Tool.Ended read =
          Tool.kafkactl(
                  again, "consume", "--topic", "logs", "--from-beginning", "--max-messages", "500")
              .expecting(0);
      assertEquals(lines.printed(), read.latin1());
    }
  }
}
