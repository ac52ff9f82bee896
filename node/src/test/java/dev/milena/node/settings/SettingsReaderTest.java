package dev.milena.node.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.naming.SettingNames;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SettingsReaderTest {
  private static final SettingsCatalog CATALOG = SettingsCatalog.load();

  private static SettingsReader reader() {
    return new SettingsReader(CATALOG, SettingNames.KEYS);
  }

  private static NodeSettings settle(Map<String, String> values) throws CannotStart {
    return Settlement.of(reader().take("node.properties", values).read());
  }

  private static String refusal(Map<String, String> values) {
    CannotStart refused = assertThrows(CannotStart.class, () -> settle(values));
    assertEquals(ExitCode.SETTING, refused.code());
    return refused.sentence();
  }

  @Test
  void kafkasSampleStarts() throws Exception {
    Properties sample = new Properties();
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(
                SettingsReaderTest.class.getResourceAsStream("kafka-sample.properties")),
            StandardCharsets.UTF_8)) {
      sample.load(in);
    }
    Map<String, String> values = new TreeMap<>();
    sample.forEach((key, value) -> values.put(key.toString(), value.toString()));

    NodeSettings settings = settle(values);

    assertEquals(4, settings.nodeId());
    assertEquals(new Endpoint("", 9092), settings.clients());
    assertEquals(new Endpoint("localhost", 9092), settings.advertised());
    assertEquals(new Endpoint("", 9093), settings.quorum());
    assertEquals(List.of(Path.of("/tmp/sample-logs")), settings.directories().logs());
    assertEquals("86400000", settings.defaults().configs().get("retention.ms"));
    assertEquals(300_000, settings.retentionCheckMs());
    TreeSet<String> ignored = new TreeSet<>();
    for (String key : values.keySet()) {
      if (CATALOG.find(key).orElseThrow().fate() == Fate.IGNORED) {
        ignored.add(key);
        long said = settings.warnings().stream().filter(w -> says(w, key)).count();
        assertEquals(1, said, key + " in " + settings.warnings());
      }
    }
    assertEquals(13, ignored.size(), ignored.toString());
  }

  private static boolean says(String warning, String key) {
    return List.of(warning.split("[ ,]+|\\. ")).contains(key);
  }

  @Test
  void withNothingSetTheDefaultsAreThoseOfTheContract() throws Exception {
    NodeSettings settings = settle(Map.of());

    assertEquals(1, settings.nodeId());
    assertEquals("127.0.0.1:9092", settings.clients().toString());
    assertEquals(settings.clients(), settings.advertised());
    assertEquals("127.0.0.1:9093", settings.quorum().toString());
    assertEquals("127.0.0.1:9021", settings.http().toString());
    assertEquals(Path.of("milena-data").toAbsolutePath(), settings.directories().logs().getFirst());
    assertEquals(settings.directories().logs().getFirst(), settings.directories().metadata());
    assertEquals(NodeSettings.FlushPolicy.ACK, settings.flushPolicy());
    assertEquals(1, settings.defaults().partitions());
    assertEquals(0, settings.defaults().replicationFactor());
    assertEquals(0, settings.defaults().minInsyncReplicas());
    assertEquals(86_400_000, settings.producerExpirationMs());
    assertEquals("604800000", settings.defaults().configs().get("retention.ms"));
    assertEquals(List.of(), settings.warnings());
  }

  @Test
  void laterSourcesWin() throws Exception {
    SettingsReader reader =
        reader()
            .take("node.properties", Map.of("num.partitions", "2", "node.id", "2", "log.dirs", "a"))
            .takeEnvironment(
                Map.of("MILENA_NUM_PARTITIONS", "3", "MILENA_NODE_ID", "3", "PATH", "/bin"))
            .takeAssignment("node.id=4");

    NodeSettings settings = Settlement.of(reader.read());

    assertEquals(4, settings.nodeId());
    assertEquals(3, settings.defaults().partitions());
    assertEquals(Path.of("a").toAbsolutePath(), settings.directories().logs().getFirst());
  }

  @Test
  void anUnknownKeyIsRefusedWithTheNearestKnownOne() {
    assertEquals(
        "unknown setting \"log.dir.s\" (node.properties); the nearest known one is \"log.dirs\"",
        refusal(Map.of("log.dir.s", "/x")));
    CannotStart refused =
        assertThrows(CannotStart.class, () -> reader().takeAssignment("num.partions=3"));
    assertEquals(
        "unknown setting \"num.partions\" (--set); the nearest known one is \"num.partitions\"",
        refused.sentence());
  }

  @Test
  void aKeyThatIsNearNoneIsNotTakenForOne() throws Exception {
    assertEquals(
        "unknown setting \"colour.of.the.node\" (node.properties); neither Kafka nor Milena has one"
            + " of that name",
        refusal(Map.of("colour.of.the.node", "blue")));
    assertEquals(
        List.of("environment variable MILENA_COLOUR is no setting; passed over"),
        reader().takeEnvironment(Map.of("MILENA_COLOUR", "blue")).read().warnings());
  }

  @Test
  void anUnknownVariableIsPassedOverWithAWarning() throws Exception {
    SettingValues values =
        reader()
            .takeEnvironment(
                Map.of(
                    "MILENA_LOG_DRIS", "/x",
                    "MILENA_JVM_OPTS", "-Xmx1g",
                    "MILENA_PORT", "tcp://10.0.0.1:9092",
                    "MILENA_PORT_9092_TCP_ADDR", "10.0.0.1",
                    "MILENA_0_SERVICE_HOST", "10.0.0.1"))
            .read();

    assertEquals(
        List.of(
            "environment variable MILENA_LOG_DRIS is no setting (the nearest is"
                + " MILENA_LOG_DIRS); passed over"),
        values.warnings());
  }

  @Test
  void aBadValueIsRefusedWithKeyValueSourceAndWhatIsAllowed() {
    assertEquals(
        "num.partitions=0 (node.properties) is not a value it can have; allowed: a whole number,"
            + " at least 1",
        refusal(Map.of("num.partitions", "0")));
    assertTrue(refusal(Map.of("log.segment.bytes", "1 GB")).contains("at least 1048576"));
    assertTrue(refusal(Map.of("flush.policy", "never")).contains("one of ack, replicated"));
    assertTrue(refusal(Map.of("process.roles", "broker,boss")).contains("broker, controller"));
    assertTrue(refusal(Map.of("num.partitions", "")).contains("at least 1"));
    assertTrue(refusal(Map.of("log.retention.hours", "0")).contains("-1 to keep records"));
    assertTrue(refusal(Map.of("auto.create.topics.enable", "TRUE")).contains("topics --create"));
    assertTrue(refusal(Map.of("log.dirs", "a,b,a")).contains("a stands there twice"));
    assertTrue(refusal(Map.of("node.id", "1", "broker.id", "2")).contains("node.id says 1"));
  }

  @Test
  void theFinestUnitOfRetentionWins() throws Exception {
    Map<String, String> all = new TreeMap<>(Map.of("log.retention.hours", "2"));
    assertEquals("7200000", settle(all).defaults().configs().get("retention.ms"));
    all.put("log.retention.minutes", "3");
    assertEquals("180000", settle(all).defaults().configs().get("retention.ms"));
    all.put("log.retention.ms", "-1");
    assertEquals("-1", settle(all).defaults().configs().get("retention.ms"));
    assertEquals(
        "-1", settle(Map.of("log.retention.hours", "-1")).defaults().configs().get("retention.ms"));
    assertEquals(
        "3600000", settle(Map.of("log.roll.hours", "1")).defaults().configs().get("segment.ms"));
    assertEquals("5", settle(Map.of("log.roll.ms", "5")).defaults().configs().get("segment.ms"));
  }

  @Test
  void rolesFollowTheContract() throws Exception {
    settle(Map.of("process.roles", "controller, broker"));
    assertTrue(refusal(Map.of("process.roles", "controller")).contains("no separate controllers"));
  }
}
