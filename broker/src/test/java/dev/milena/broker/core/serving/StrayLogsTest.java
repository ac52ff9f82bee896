package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.metadata.PartitionId;
import dev.milena.replication.FlushPolicy;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a broker says at its start of folders that it is not to have. */
class StrayLogsTest extends ThreeBrokers {
  StrayLogsTest() throws IOException {
    super(FlushPolicy.ACK);
    create("logs", 1, 1, 2);
  }

  private String log() {
    return new PartitionId(quorum.image().topic("logs").orElseThrow().id(), 0).toString();
  }

  @Test
  void whatItHoldsIsNoStray() {
    assertEquals(Map.of(), StrayLogs.of(quorum.image(), 2, List.of(log())));
  }

  @Test
  void aReplicaThatMovedAwayWhileItWasDownIsNamedWithWhereItIs() {
    assertEquals(
        Map.of(
            log(),
            "replica of logs-0 has moved to brokers [1, 2] and is left alone; remove it by hand if it may go"),
        StrayLogs.of(quorum.image(), 3, List.of(log())));
  }

  @Test
  void aFolderOfNoTopicIsNamed() {
    assertEquals(
        Map.of(
            "gone-0",
            "folder belongs to no topic and is left alone; remove it by hand if it may go"),
        StrayLogs.of(quorum.image(), 1, List.of("gone-0", log())));
  }
}
