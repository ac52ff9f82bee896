package dev.milena.node.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.naming.SettingNames;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ListenersTest {
  private static NodeSettings settle(String... keysAndValues) throws CannotStart {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      values.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Settlement.of(
        new SettingsReader(SettingsCatalog.load(), SettingNames.KEYS)
            .take("node.properties", values)
            .read());
  }

  private static String refusal(String... keysAndValues) {
    CannotStart refused = assertThrows(CannotStart.class, () -> settle(keysAndValues));
    assertEquals(ExitCode.SETTING, refused.code());
    return refused.sentence();
  }

  @Test
  void anAddressIsWrittenAsItIsRead() {
    for (String text :
        List.of(
            "a:1",
            ":9092",
            "127.0.0.1:0",
            "[::1]:65535",
            "[fe80::1%eth0]:1",
            "kafka_1:9092",
            "my-host.example:9")) {
      assertEquals(text, Endpoint.parse(text).orElseThrow().toString());
    }
    for (String text :
        List.of(
            "",
            "a",
            "a:",
            "a:65536",
            "a:-1",
            "::1:9092",
            "a b:1",
            "a:1:2",
            "a/b:1",
            "a?b:1",
            "m\u00fcnchen:1",
            "a\u0001:1",
            "a%20:1",
            "[1:2]x:1",
            "h".repeat(256) + ":1")) {
      assertEquals(Optional.empty(), Endpoint.parse(text), text);
    }
  }

  @Test
  void hostThatNoNodeCouldDialIsRefusedWithTheRule() {
    for (String key : List.of("listeners", "advertised.listeners")) {
      String sentence = refusal(key, "PLAINTEXT://a?b:9092");
      assertTrue(sentence.contains("a?b:9092 is no address"), sentence);
      assertTrue(sentence.contains("a HOST is a name of letters"), sentence);
    }
  }

  @Test
  void plainAndNamedFormsMeanTheSame() throws Exception {
    assertEquals(new Endpoint("h", 1), settle("listeners", "h:1").clients());
    assertEquals(new Endpoint("h", 1), settle("listeners", "PLAINTEXT://h:1").clients());
    assertEquals(
        new Endpoint("h", 1),
        settle(
                "listeners", "INTERNAL://h:1",
                "listener.security.protocol.map", "INTERNAL:PLAINTEXT")
            .clients());
  }

  @Test
  void theControllersListenerIsTheQuorums() throws Exception {
    NodeSettings settings = settle("listeners", "PLAINTEXT://h:1,CONTROLLER://h:2");
    assertEquals(new Endpoint("h", 2), settings.quorum());
    settings =
        settle("listeners", "PLAINTEXT://h:1,RAFT://h:3", "controller.listener.names", "RAFT");
    assertEquals(new Endpoint("h", 3), settings.quorum());
    settings = settle("listeners", "h:1,CONTROLLER://h:2", "quorum.listener", "127.0.0.1:4");
    assertEquals(new Endpoint("127.0.0.1", 4), settings.quorum());
    settings = settle("controller.quorum.voters", "1@127.0.0.1:5");
    assertEquals(new Endpoint("127.0.0.1", 5), settings.quorum());
  }

  @Test
  void whatIsAdvertisedIsTheListenerUnlessSaid() throws Exception {
    assertEquals(new Endpoint("h", 1), settle("listeners", "h:1").advertised());
    assertEquals(new Endpoint("", 1), settle("listeners", "0.0.0.0:1").advertised());
    assertEquals(
        new Endpoint("public", 7),
        settle(
                "listeners", ":1",
                "advertised.listeners", "PLAINTEXT://public:7,CONTROLLER://public:8")
            .advertised());
    assertTrue(refusal("advertised.listeners", "0.0.0.0:9092").contains("name a HOST"));
  }

  @Test
  void aStartThatIsOpenSaysSoOnce() throws Exception {
    assertEquals(List.of(), settle("listeners", "127.0.0.1:9092").warnings());
    List<String> warnings =
        settle("listeners", "PLAINTEXT://:9092,CONTROLLER://10.0.0.1:9093").warnings();
    assertEquals(1, warnings.size());
    assertTrue(
        warnings.getFirst().contains("clients :9092, quorum 10.0.0.1:9093;"), warnings::toString);
  }

  @Test
  void aBrokerAloneSaysOnceThatItOpensNoQuorumListener() throws Exception {
    String reason =
        ". process.roles is broker: a node that does not vote opens no quorum listener.";
    String[] broker = {
      "process.roles", "broker", "controller.quorum.bootstrap.servers", "h:9092",
    };
    assertEquals(List.of(), settle(broker).warnings());
    assertEquals(
        List.of("ignored: quorum.listener" + reason),
        settle(also(broker, "quorum.listener", "0.0.0.0:9093")).warnings());
    assertEquals(
        List.of("ignored: CONTROLLER://:9093 in listeners" + reason),
        settle(also(broker, "listeners", "127.0.0.1:9092,CONTROLLER://:9093")).warnings());
    assertEquals(List.of(), settle("quorum.listener", "127.0.0.1:9094").warnings());
  }

  private static String[] also(String[] keysAndValues, String key, String value) {
    String[] all = Arrays.copyOf(keysAndValues, keysAndValues.length + 2);
    all[keysAndValues.length] = key;
    all[keysAndValues.length + 1] = value;
    return all;
  }

  @Test
  void anotherProtocolIsNeverOpenedAsPlaintext() {
    assertTrue(refusal("listeners", "SSL://h:1").contains("SSL asks for SSL"));
    assertTrue(
        refusal("listeners", "EXT://h:1", "listener.security.protocol.map", "EXT:SASL_SSL")
            .contains("EXT asks for SASL_SSL"));
    assertTrue(refusal("listeners", "EXT://h:1").contains("does not say what EXT speaks"));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertTrue(refusal("listeners", "nonsense").contains("nonsense is no address"));
    assertTrue(refusal("listeners", "h:1,h:2").contains("PLAINTEXT stands there twice"));
    assertTrue(refusal("listeners", "CONTROLLER://h:2").contains("names 0 listeners for clients"));
    assertTrue(refusal("listeners", "h:9,CONTROLLER://h:9").contains("the same address"));
    assertTrue(refusal("listeners", ":9021").contains("listeners has the same address"));
    assertTrue(refusal("http.listener", "9021").contains("HOST:PORT"));
    assertTrue(refusal("listener.security.protocol.map", "A=B").contains("NAME:PROTOCOL"));
  }

  @Test
  void anEmptyValueIsSaidToCountAsNotSet() throws Exception {
    NodeSettings settings = settle("log.dirs", " ", "controller.quorum.voters", "");

    assertEquals(
        List.of(
            "controller.quorum.voters is empty (node.properties) and counts as not set",
            "log.dirs is empty (node.properties) and counts as not set: it is milena-data"),
        settings.warnings());
  }
}
