package dev.milena.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class FamiliarNamesTest {
  private final ToolRun run = new ToolRun("");

  private List<String> translate(String... typed) {
    return new FamiliarNames(run.surroundings()).translate(List.of(typed));
  }

  @Test
  void ourOwnWordsAreLeftAlone() {
    assertEquals(List.of("topics", "--list"), translate("topics", "--list"));
    assertEquals(List.of(), translate());
  }

  @Test
  void theConsoleConsumersTimeoutIsAboutIdleTime() {
    assertEquals(
        List.of("consume", "--topic", "t", "--idle-exit-ms=500", "--from-beginning"),
        translate(
            "kafka-console-consumer.sh",
            "--topic",
            "t",
            "--timeout-ms",
            "500",
            "--from-beginning"));
  }

  @Test
  void settingsOfTheProducerBecomeOptionsOrAWarning() {
    assertEquals(
        List.of(
            "produce",
            "--bootstrap-server=h:1",
            "--topic",
            "t",
            "--acks=1",
            "--compression=gzip",
            "--property=parse.key=true"),
        translate(
            "kafka-console-producer.sh",
            "--broker-list",
            "h:1",
            "--topic",
            "t",
            "--producer-property",
            "acks=1",
            "--command-property=compression.type=gzip",
            "--producer-property",
            "linger.ms=5",
            "--sync",
            "--reader-property",
            "parse.key=true"));
    assertEquals(
        """
        kafkactl: --producer-property linger.ms has no meaning here and is passed over
        kafkactl: --sync has no meaning here and is passed over
        """,
        run.talk());
  }

  @Test
  void anOptionWithoutItsValueIsWrongUsage() {
    CommandFailed failed =
        assertThrows(
            CommandFailed.class, () -> translate("kafka-console-consumer.sh", "--timeout-ms"));
    assertEquals(2, failed.exitCode());
  }

  @Test
  void whoAsksForZooKeeperIsTold() {
    for (List<String> typed :
        List.of(
            List.of("topics", "--list", "--zookeeper", "h:2181"),
            List.of("kafka-topics.sh", "--zookeeper=h:2181", "--list"))) {
      assertEquals(2, run.run(typed));
      assertEquals("kafkactl: " + FamiliarNames.NO_ZOOKEEPER + "\n", run.talk());
    }
  }
}
