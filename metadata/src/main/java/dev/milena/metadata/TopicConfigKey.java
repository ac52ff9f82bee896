package dev.milena.metadata;

import dev.milena.metadata.ConfigRule.AnyText;
import dev.milena.metadata.ConfigRule.Flag;
import dev.milena.metadata.ConfigRule.Fraction;
import dev.milena.metadata.ConfigRule.OneOf;
import dev.milena.metadata.ConfigRule.SomeOf;
import dev.milena.metadata.ConfigRule.Whole;
import java.util.List;
import java.util.Optional;

/**
 * Every topic config of Kafka 4.3 and Milena's own, with its default and what becomes of it here.
 *
 * <p>No value is accepted that would do nothing: what Milena does not perform yet can only be set
 * to what it does anyway, and is refused otherwise with the reason.
 */
public enum TopicConfigKey {
  CLEANUP_POLICY(
      "cleanup.policy",
      "delete",
      new SomeOf(List.of("compact", "delete")),
      "log.cleanup.policy",
      "compaction is not built yet: use delete, with retention.ms or retention.bytes"),
  COMPRESSION_GZIP_LEVEL(
      "compression.gzip.level",
      "-1",
      new Whole(-1, 9),
      "compression.gzip.level",
      Reason.STORED_AS_SENT),
  COMPRESSION_LZ4_LEVEL(
      "compression.lz4.level",
      "9",
      new Whole(1, 17),
      "compression.lz4.level",
      Reason.STORED_AS_SENT),
  COMPRESSION_TYPE(
      "compression.type",
      "producer",
      new OneOf(List.of("producer", "uncompressed", "gzip", "snappy", "lz4", "zstd")),
      "compression.type",
      Reason.STORED_AS_SENT),
  COMPRESSION_ZSTD_LEVEL(
      "compression.zstd.level",
      "3",
      new Whole(-131_072, 22),
      "compression.zstd.level",
      Reason.STORED_AS_SENT),
  DELETE_RETENTION_MS(
      "delete.retention.ms",
      "86400000",
      new Whole(0, Long.MAX_VALUE),
      "log.cleaner.delete.retention.ms",
      Reason.NO_COMPACTION),
  FILE_DELETE_DELAY_MS(
      "file.delete.delay.ms",
      "60000",
      new Whole(0, Long.MAX_VALUE),
      "log.segment.delete.delay.ms",
      "a file is deleted when its last reader is done with it, not by the clock"),
  FLUSH_MESSAGES(
      "flush.messages",
      "9223372036854775807",
      new Whole(1, Long.MAX_VALUE),
      "log.flush.interval.messages"),
  FLUSH_MS(
      "flush.ms", "9223372036854775807", new Whole(0, Long.MAX_VALUE), "log.flush.interval.ms"),
  /** Milena's own. */
  FLUSH_POLICY("flush.policy", "ack", new OneOf(List.of("ack", "replicated")), "flush.policy"),
  FOLLOWER_THROTTLED(
      "follower.replication.throttled.replicas", "", new AnyText(), "", Reason.NO_THROTTLE),
  INDEX_INTERVAL_BYTES(
      "index.interval.bytes", "4096", new Whole(0, Integer.MAX_VALUE), "log.index.interval.bytes"),
  LEADER_THROTTLED(
      "leader.replication.throttled.replicas", "", new AnyText(), "", Reason.NO_THROTTLE),
  LOCAL_RETENTION_BYTES(
      "local.retention.bytes",
      "-2",
      new Whole(-2, Long.MAX_VALUE),
      "log.local.retention.bytes",
      Reason.NO_TIERS),
  LOCAL_RETENTION_MS(
      "local.retention.ms",
      "-2",
      new Whole(-2, Long.MAX_VALUE),
      "log.local.retention.ms",
      Reason.NO_TIERS),
  MAX_COMPACTION_LAG_MS(
      "max.compaction.lag.ms",
      "9223372036854775807",
      new Whole(1, Long.MAX_VALUE),
      "log.cleaner.max.compaction.lag.ms",
      Reason.NO_COMPACTION),
  MAX_MESSAGE_BYTES(
      "max.message.bytes", "1048588", new Whole(0, Integer.MAX_VALUE), "message.max.bytes"),
  MESSAGE_DOWNCONVERSION_ENABLE(
      "message.downconversion.enable",
      "true",
      new Flag(),
      "log.message.downconversion.enable",
      "batches are never converted; Kafka has ignored this since 4.0"),
  TIMESTAMP_AFTER_MAX_MS(
      "message.timestamp.after.max.ms",
      "9223372036854775807",
      new Whole(0, Long.MAX_VALUE),
      "log.message.timestamp.after.max.ms",
      Reason.ANY_TIMESTAMP),
  TIMESTAMP_BEFORE_MAX_MS(
      "message.timestamp.before.max.ms",
      "9223372036854775807",
      new Whole(0, Long.MAX_VALUE),
      "log.message.timestamp.before.max.ms",
      Reason.ANY_TIMESTAMP),
  MESSAGE_TIMESTAMP_TYPE(
      "message.timestamp.type",
      "CreateTime",
      new OneOf(List.of("CreateTime", "LogAppendTime")),
      "log.message.timestamp.type"),
  MIN_CLEANABLE_DIRTY_RATIO(
      "min.cleanable.dirty.ratio",
      "0.5",
      new Fraction(),
      "log.cleaner.min.cleanable.ratio",
      Reason.NO_COMPACTION),
  MIN_COMPACTION_LAG_MS(
      "min.compaction.lag.ms",
      "0",
      new Whole(0, Long.MAX_VALUE),
      "log.cleaner.min.compaction.lag.ms",
      Reason.NO_COMPACTION),
  /** Its default is fixed with each topic: {@link TopicImage#defaultMinInsync}. */
  MIN_INSYNC_REPLICAS(
      "min.insync.replicas",
      "1",
      new Whole(1, MetadataLimits.MAX_REPLICATION_FACTOR),
      "min.insync.replicas"),
  PREALLOCATE(
      "preallocate", "false", new Flag(), "log.preallocate", "segments grow as they are written"),
  REMOTE_LOG_COPY_DISABLE("remote.log.copy.disable", "false", new Flag(), "", Reason.NO_TIERS),
  REMOTE_LOG_DELETE_ON_DISABLE(
      "remote.log.delete.on.disable", "false", new Flag(), "", Reason.NO_TIERS),
  REMOTE_STORAGE_ENABLE("remote.storage.enable", "false", new Flag(), "", Reason.NO_TIERS),
  RETENTION_BYTES("retention.bytes", "-1", new Whole(-1, Long.MAX_VALUE), "log.retention.bytes"),
  RETENTION_MS("retention.ms", "604800000", new Whole(-1, Long.MAX_VALUE), "log.retention.ms"),
  SEGMENT_BYTES(
      "segment.bytes", "1073741824", new Whole(1 << 20, Integer.MAX_VALUE), "log.segment.bytes"),
  SEGMENT_INDEX_BYTES(
      "segment.index.bytes",
      "10485760",
      new Whole(4, Integer.MAX_VALUE),
      "log.index.size.max.bytes",
      "an index is as large as its segment needs"),
  SEGMENT_JITTER_MS(
      "segment.jitter.ms",
      "0",
      new Whole(0, Long.MAX_VALUE),
      "log.roll.jitter.ms",
      "segments roll at their exact age"),
  SEGMENT_MS("segment.ms", "604800000", new Whole(1, Long.MAX_VALUE), "log.roll.ms"),
  UNCLEAN_LEADER_ELECTION_ENABLE(
      "unclean.leader.election.enable",
      "false",
      new Flag(),
      "unclean.leader.election.enable",
      "a leader is only ever chosen among replicas that hold everything committed");

  private final String key;
  private final String defaultValue;

  /** Immutable, though the checker cannot see it: every rule is a record of copies. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final ConfigRule rule;

  private final String brokerKey;
  private final String whyFixed;

  /** A key that is honoured with every legal value. */
  TopicConfigKey(String key, String defaultValue, ConfigRule rule, String brokerKey) {
    this(key, defaultValue, rule, brokerKey, "");
  }

  TopicConfigKey(
      String key, String defaultValue, ConfigRule rule, String brokerKey, String whyFixed) {
    this.key = key;
    this.defaultValue = defaultValue;
    this.rule = rule;
    this.brokerKey = brokerKey;
    this.whyFixed = whyFixed;
  }

  /** Kafka's name, or Milena's. */
  public String key() {
    return key;
  }

  /** What holds when neither the topic nor the broker sets it. */
  public String defaultValue() {
    return defaultValue;
  }

  /** What values are legal. */
  public ConfigRule rule() {
    return rule;
  }

  /** The broker setting that gives topics their default; empty when there is none. */
  public String brokerKey() {
    return brokerKey;
  }

  /** Why only the default value is accepted; empty when every legal value is honoured. */
  public String whyFixed() {
    return whyFixed;
  }

  /** The key of this name. */
  public static Optional<TopicConfigKey> of(String key) {
    for (TopicConfigKey known : values()) {
      if (known.key.equals(key)) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  /** Reasons that several keys share. */
  private static final class Reason {
    static final String NO_COMPACTION = "compaction is not built yet";
    static final String NO_TIERS = "tiered storage is not built yet";
    static final String NO_THROTTLE = "replication is not throttled";
    static final String STORED_AS_SENT = "batches are stored as the producer compressed them";
    static final String ANY_TIMESTAMP = "records are stored with any timestamp";
  }
}
