package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcollections.TreePMap;

class TopicConfigsTest {
  /** The constants of TopicConfig in kafka-clients 4.3.1, and the two throttles of its server. */
  private static final List<String> KAFKA_4_3 =
      List.of(
          "cleanup.policy",
          "compression.gzip.level",
          "compression.lz4.level",
          "compression.type",
          "compression.zstd.level",
          "delete.retention.ms",
          "file.delete.delay.ms",
          "flush.messages",
          "flush.ms",
          "follower.replication.throttled.replicas",
          "index.interval.bytes",
          "leader.replication.throttled.replicas",
          "local.retention.bytes",
          "local.retention.ms",
          "max.compaction.lag.ms",
          "max.message.bytes",
          "message.downconversion.enable",
          "message.timestamp.after.max.ms",
          "message.timestamp.before.max.ms",
          "message.timestamp.type",
          "min.cleanable.dirty.ratio",
          "min.compaction.lag.ms",
          "min.insync.replicas",
          "preallocate",
          "remote.log.copy.disable",
          "remote.log.delete.on.disable",
          "remote.storage.enable",
          "retention.bytes",
          "retention.ms",
          "segment.bytes",
          "segment.index.bytes",
          "segment.jitter.ms",
          "segment.ms",
          "unclean.leader.election.enable");

  @Test
  void everyTopicConfigOfKafkaIsKnownAndOneOfMilena() {
    TreeSet<String> known = new TreeSet<>();
    Arrays.stream(TopicConfigKey.values()).map(TopicConfigKey::key).forEach(known::add);

    TreeSet<String> expected = new TreeSet<>(KAFKA_4_3);
    expected.add("flush.policy");
    assertEquals(expected, known);
  }

  @Test
  void everyDefaultIsLegalAndPlain() {
    for (TopicConfigKey key : TopicConfigKey.values()) {
      assertEquals(
          key.defaultValue(), key.rule().plain(key.defaultValue()).orElseThrow(), key.key());
      assertEquals(
          new TopicConfigs.Checked.Legal(TreePMap.singleton(key.key(), key.defaultValue())),
          check(key.key(), key.defaultValue()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "retention.ms, 3600000, 3600000",
    "retention.ms, -1, -1",
    "retention.ms, +7, 7",
    "segment.bytes, 1048576, 1048576",
    "message.timestamp.type, LogAppendTime, LogAppendTime",
    "cleanup.policy, delete, delete",
    "compression.type, producer, producer",
    "min.insync.replicas, 2, 2",
    "flush.messages, 1, 1",
    "flush.policy, replicated, replicated",
    "preallocate, FALSE, false"
  })
  void legalValuesAreKeptInTheirPlainForm(String key, String value, String plain) {
    assertEquals(new TopicConfigs.Checked.Legal(TreePMap.singleton(key, plain)), check(key, value));
  }

  @ParameterizedTest
  @CsvSource({
    "retention.ms, -2",
    "retention.ms, 1.5",
    "retention.ms, ''",
    "retention.ms, 9223372036854775808",
    "segment.bytes, 1048575",
    "segment.bytes, 2147483648",
    "message.timestamp.type, CREATETIME",
    "min.insync.replicas, 0",
    "min.cleanable.dirty.ratio, 1.1",
    "min.cleanable.dirty.ratio, NaN",
    "cleanup.policy, 'delete,delete'",
    "cleanup.policy, shred",
    "preallocate, yes"
  })
  void illegalValuesAreRefusedWithWhatIsLegal(String key, String value) {
    TopicConfigs.Checked.Illegal illegal =
        assertInstanceOf(TopicConfigs.Checked.Illegal.class, check(key, value));

    assertEquals(RefusalReason.INVALID_CONFIG, illegal.reason());
    assertTrue(illegal.message().startsWith("config " + key + " must be "), illegal.message());
  }

  @ParameterizedTest
  @CsvSource({
    "cleanup.policy, compact",
    "cleanup.policy, 'compact,delete'",
    "compression.type, zstd",
    "segment.jitter.ms, 5",
    "unclean.leader.election.enable, true",
    "remote.storage.enable, true",
    "message.timestamp.after.max.ms, 5"
  })
  void whatWouldDoNothingIsRefusedWithTheReason(String key, String value) {
    TopicConfigs.Checked.Illegal illegal =
        assertInstanceOf(TopicConfigs.Checked.Illegal.class, check(key, value));

    assertEquals(RefusalReason.INVALID_CONFIG, illegal.reason());
    assertTrue(illegal.message().startsWith("config " + key + " can only be "), illegal.message());
    assertTrue(
        illegal.message().contains(TopicConfigKey.of(key).orElseThrow().whyFixed()),
        illegal.message());
  }

  @ParameterizedTest
  @CsvSource({
    "retention.msec, retention.ms",
    "retentionms, retention.ms",
    "segment_bytes, segment.bytes",
    "min.insync.replica, min.insync.replicas"
  })
  void anUnknownKeyIsRefusedWithTheNearestKnownOne(String key, String nearest) {
    TopicConfigs.Checked.Illegal illegal =
        assertInstanceOf(TopicConfigs.Checked.Illegal.class, check(key, "1"));

    assertEquals(RefusalReason.UNKNOWN_CONFIG, illegal.reason());
    assertEquals(
        "there is no topic config \"" + key + "\"; the nearest is \"" + nearest + "\"",
        illegal.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"colour", "x", "ms", "acks", "replication.factor"})
  void aKeyThatIsNearNoneIsNotTakenForOne(String key) {
    TopicConfigs.Checked.Illegal illegal =
        assertInstanceOf(TopicConfigs.Checked.Illegal.class, check(key, "1"));

    assertEquals(
        "there is no topic config \""
            + key
            + "\"; topics have Kafka's, such as retention.ms, segment.bytes and"
            + " min.insync.replicas",
        illegal.message());
  }

  @Test
  void hugeKeysAndValuesGiveShortMessages() {
    TopicConfigs.Checked.Illegal key =
        assertInstanceOf(TopicConfigs.Checked.Illegal.class, check("k".repeat(1 << 20), "v"));
    TopicConfigs.Checked.Illegal value =
        assertInstanceOf(
            TopicConfigs.Checked.Illegal.class, check("retention.ms", "1".repeat(1 << 20)));

    assertTrue(key.message().length() < 300);
    assertTrue(value.message().length() < 300);
  }

  @Test
  void settingsTakeTheTopicsValueThenTheBrokersThenTheDefault() {
    TopicSettings settings =
        TopicSettings.of(
            TreePMap.singleton("retention.ms", "1"),
            TreePMap.singleton("retention.ms", "2").plus("segment.bytes", "3000000"));

    assertEquals(1, settings.retentionMs());
    assertEquals(3_000_000, settings.segmentBytes());
    assertEquals(1_048_588, settings.maxMessageBytes());
  }

  private static TopicConfigs.Checked check(String key, String value) {
    return TopicConfigs.check(TreePMap.singleton(key, value));
  }
}
