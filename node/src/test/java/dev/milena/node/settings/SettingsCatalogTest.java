package dev.milena.node.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.junit.jupiter.api.Test;

class SettingsCatalogTest {
  private static final SettingsCatalog CATALOG = SettingsCatalog.load();
  private static final ConfigDef KAFKA = AbstractKafkaConfig.CONFIG_DEF;

  @Test
  void everyKeyOfKafkasBrokerIsKnown() {
    TreeSet<String> missing = new TreeSet<>(KAFKA.names());
    missing.removeIf(key -> CATALOG.find(key).isPresent());
    assertEquals(new TreeSet<>(), missing);
    assertTrue(KAFKA.names().size() > 300, "Kafka's table is read");
  }

  @Test
  void everyHonouredOrMappedKeyIsOneOfKafkas() {
    TreeSet<String> ours = new TreeSet<>();
    for (Setting setting : CATALOG.all()) {
      if (setting.fate() == Fate.HONOURED || setting.fate() == Fate.MAPPED) {
        ours.add(setting.key());
      }
    }
    ours.removeAll(KAFKA.names());
    assertEquals(new TreeSet<>(), ours);
  }

  @Test
  void ourOwnKeysAreNotKafkas() {
    for (Setting setting : MilenaSettings.ALL) {
      assertFalse(KAFKA.names().contains(setting.key()), setting.key());
    }
  }

  /** What Kafka takes for these keys we take too, and the other way round, at the bounds. */
  @Test
  void boundsAreKafkas() {
    for (Setting setting : KafkaSettings.ALL) {
      if (setting.type() instanceof SettingType.Whole whole
          && !setting.equals(KafkaSettings.NODE_ID)
          && !setting.equals(KafkaSettings.BROKER_ID)) {
        for (long value : new long[] {whole.min() - 1, whole.min(), 0, 1, whole.max()}) {
          assertTrue(
              accepts(setting, value) || !setting.type().accepts(Long.toString(value)),
              setting.key() + "=" + value + " is taken here and not by Kafka");
        }
      }
    }
  }

  private static boolean accepts(Setting setting, long value) {
    ConfigDef.ConfigKey key = kafkas(setting);
    try {
      Object number = ConfigDef.parseType(key.name, Long.toString(value), key.type);
      if (key.validator != null) {
        key.validator.ensureValid(key.name, number);
      }
      return true;
    } catch (ConfigException e) {
      return false;
    }
  }

  private static ConfigDef.ConfigKey kafkas(Setting setting) {
    return Objects.requireNonNull(KAFKA.configKeys().get(setting.key()));
  }

  /** The three that contract and reference call safer, and the addresses and folders, differ. */
  @Test
  void otherDefaultsAreKafkas() {
    List<String> different = new ArrayList<>();
    for (Setting setting : KafkaSettings.ALL) {
      Object standard = kafkas(setting).defaultValue;
      String text = standard == null ? "" : standard.toString();
      if (!text.equals(setting.defaultText())) {
        different.add(setting.key());
      }
    }
    assertEquals(
        List.of(
            "node.id",
            "broker.id",
            "process.roles",
            "listeners",
            "controller.listener.names",
            "listener.security.protocol.map",
            "controller.quorum.voters",
            "controller.quorum.bootstrap.servers",
            "broker.session.timeout.ms",
            "log.dirs",
            "log.dir",
            "default.replication.factor",
            "min.insync.replicas",
            "auto.create.topics.enable",
            "log.retention.check.interval.ms",
            "max.connections",
            "max.connections.per.ip",
            "socket.listen.backlog.size"),
        different);
  }

  @Test
  void noKeyLooksLikeAServiceLinkOfKubernetes() {
    for (Setting setting : CATALOG.all()) {
      if (!setting.key().equals("port") && !setting.key().equals("advertised.port")) {
        assertEquals(Optional.of(setting.key()), EnvironmentNames.key(setting.variable()));
      }
    }
  }

  @Test
  void familiesCoverWhatBeginsAlike() {
    assertEquals(Fate.IGNORED, CATALOG.find("zookeeper.connect").orElseThrow().fate());
    assertEquals(
        Fate.IGNORED,
        CATALOG.find("listener.name.internal.ssl.keystore.location").orElseThrow().fate());
    assertTrue(CATALOG.find("zookeepers").isEmpty());
  }

  @Test
  void theNearestKeyIsTheOneMeant() {
    assertEquals(Optional.of("log.dirs"), CATALOG.nearest("log.dris"));
    assertEquals(Optional.of("num.partitions"), CATALOG.nearest("num.partition"));
    assertEquals(Optional.of("log.retention.ms"), CATALOG.nearest("retention.ms"));
    assertEquals(Optional.of("node.id"), CATALOG.nearest("nodeid"));
    assertEquals(Optional.of("flush.policy"), CATALOG.nearest("flush.polcy"));
    assertEquals(Optional.empty(), CATALOG.nearest("colour.of.the.node"));
    assertEquals(Optional.empty(), CATALOG.nearest("x"));
  }

  /** Writes the page instead when started with -Dmilena.write.docs=true. */
  @Test
  void theReferencePrintsThisTable() throws Exception {
    Path page = Path.of("../docs/SETTINGS.md");
    String expected = SettingsPage.print(CATALOG);
    if (Boolean.getBoolean("milena.write.docs")) {
      Files.writeString(page, expected);
    }
    assertEquals(expected, Files.readString(page), "write it anew with -Dmilena.write.docs=true");
  }
}
