package dev.milena.node.settings;

import dev.milena.broker.core.serving.ScrubPace;
import dev.milena.node.exit.CannotStart;
import dev.milena.node.settings.NodeSettings.ClientLimits;
import dev.milena.node.settings.NodeSettings.Directories;
import dev.milena.node.settings.NodeSettings.FlushPolicy;
import dev.milena.node.settings.NodeSettings.TopicDefaults;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Turns values into {@link NodeSettings}: defaults, precedence, and what fits together. */
public final class Settlement {
  private final SettingValues values;

  private Settlement(SettingValues values) {
    this.values = values;
  }

  /** Settles what was read. */
  public static NodeSettings of(SettingValues values) throws CannotStart {
    return new Settlement(values).settle();
  }

  private NodeSettings settle() throws CannotStart {
    if (values.flag(KafkaSettings.AUTO_CREATE_TOPICS_ENABLE)) {
      throw values.refusal(
          KafkaSettings.AUTO_CREATE_TOPICS_ENABLE,
          "allowed so far: false; create topics with kafkactl topics --create");
    }
    int nodeId = nodeId();
    Listeners listeners = Listeners.of(values, nodeId);
    ClusterMembership membership = MembershipReader.of(values, nodeId, listeners);
    List<String> warnings = new ArrayList<>(values.warnings());
    warnings.addAll(listeners.warnings(values));
    MembershipReader.warning(values, nodeId, listeners).ifPresent(warnings::add);
    return new NodeSettings(
        nodeId,
        listeners.clients(),
        listeners.advertised(),
        listeners.quorum(),
        listeners.http(),
        membership,
        new ClientLimits(
            number(KafkaSettings.MAX_CONNECTIONS),
            number(KafkaSettings.MAX_CONNECTIONS_PER_IP),
            number(KafkaSettings.SOCKET_LISTEN_BACKLOG_SIZE),
            number(KafkaSettings.SOCKET_REQUEST_MAX_BYTES)),
        values.text(KafkaSettings.BROKER_RACK).orElse(""),
        directories(),
        values.text(MilenaSettings.FLUSH_POLICY).orElseThrow().equals("ack")
            ? FlushPolicy.ACK
            : FlushPolicy.REPLICATED,
        number(KafkaSettings.LOG_RETENTION_CHECK_INTERVAL_MS),
        number(KafkaSettings.PRODUCER_ID_EXPIRATION_MS),
        new ScrubPace(
            values.whole(MilenaSettings.LOG_SCRUB_INTERVAL_MS).orElseThrow(),
            values.whole(MilenaSettings.LOG_SCRUB_BYTES_PER_SECOND).orElseThrow()),
        values.whole(MilenaSettings.REPLICA_MOVE_BYTES_PER_SECOND).orElseThrow(),
        topicDefaults(),
        values.names(),
        List.copyOf(warnings));
  }

  /** The value of a key that has a default and the bounds of an int. */
  private int number(Setting setting) {
    return Math.toIntExact(values.whole(setting).orElseThrow());
  }

  private int nodeId() throws CannotStart {
    Optional<SettingValues.Given> older =
        values.find(KafkaSettings.BROKER_ID).filter(given -> !given.text().equals("-1"));
    Optional<SettingValues.Given> newer = values.find(KafkaSettings.NODE_ID);
    if (older.isPresent() && newer.isPresent() && !older.get().text().equals(newer.get().text())) {
      throw older.get().refused("node.id says " + newer.get().text() + "; write node.id alone");
    }
    if (older.isPresent() && newer.isEmpty()) {
      return Integer.parseInt(older.get().text());
    }
    return number(KafkaSettings.NODE_ID);
  }

  private Directories directories() throws CannotStart {
    Setting key =
        values.find(KafkaSettings.LOG_DIRS).isEmpty()
                && values.find(KafkaSettings.LOG_DIR).isPresent()
            ? KafkaSettings.LOG_DIR
            : KafkaSettings.LOG_DIRS;
    List<Path> logs = new ArrayList<>();
    for (String part : values.parts(key)) {
      Path log = path(key, part);
      if (logs.contains(log)) {
        throw values.refusal(key, part + " stands there twice");
      }
      logs.add(log);
    }
    if (logs.isEmpty()) {
      throw values.refusal(key, "allowed: " + key.type().allowed());
    }
    Optional<String> metadata = values.text(KafkaSettings.METADATA_LOG_DIR);
    return new Directories(
        List.copyOf(logs),
        metadata.isPresent()
            ? path(KafkaSettings.METADATA_LOG_DIR, metadata.get())
            : logs.getFirst(),
        values.whole(MilenaSettings.METADATA_JOURNAL_RETENTION_BYTES).orElseThrow(),
        values.whole(MilenaSettings.DISK_STALL_MS).orElseThrow());
  }

  private Path path(Setting key, String text) throws CannotStart {
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw values.refusal(key, "no path of this machine: " + e.getReason());
    }
  }

  private TopicDefaults topicDefaults() throws CannotStart {
    SortedMap<String, String> configs = new TreeMap<>();
    copy(configs, KafkaSettings.LOG_SEGMENT_BYTES, "segment.bytes");
    copy(configs, KafkaSettings.LOG_RETENTION_BYTES, "retention.bytes");
    copy(configs, KafkaSettings.LOG_INDEX_INTERVAL_BYTES, "index.interval.bytes");
    copy(configs, KafkaSettings.LOG_MESSAGE_TIMESTAMP_TYPE, "message.timestamp.type");
    copy(configs, KafkaSettings.MESSAGE_MAX_BYTES, "max.message.bytes");
    copy(configs, MilenaSettings.FLUSH_POLICY, "flush.policy");
    configs.put("segment.ms", Long.toString(rollMs()));
    configs.put("retention.ms", Long.toString(retentionMs()));
    return new TopicDefaults(
        number(KafkaSettings.NUM_PARTITIONS),
        Math.toIntExact(values.whole(KafkaSettings.DEFAULT_REPLICATION_FACTOR).orElse(0L)),
        Math.toIntExact(values.whole(KafkaSettings.MIN_INSYNC_REPLICAS).orElse(0L)),
        configs);
  }

  private void copy(SortedMap<String, String> configs, Setting setting, String config) {
    values.text(setting).ifPresent(value -> configs.put(config, value));
  }

  private long rollMs() {
    return values
        .whole(KafkaSettings.LOG_ROLL_MS)
        .orElseGet(() ->
            TimeUnit.HOURS.toMillis(values.whole(KafkaSettings.LOG_ROLL_HOURS).orElseThrow()));
  }

  /** The finest unit that is set wins; anything below zero is "for ever"; zero is refused. */
  private long retentionMs() throws CannotStart {
    Setting key = KafkaSettings.LOG_RETENTION_HOURS;
    TimeUnit unit = TimeUnit.HOURS;
    if (values.find(KafkaSettings.LOG_RETENTION_MS).isPresent()) {
      key = KafkaSettings.LOG_RETENTION_MS;
      unit = TimeUnit.MILLISECONDS;
    } else if (values.find(KafkaSettings.LOG_RETENTION_MINUTES).isPresent()) {
      key = KafkaSettings.LOG_RETENTION_MINUTES;
      unit = TimeUnit.MINUTES;
    }
    long value = values.whole(key).orElseThrow();
    if (value == 0) {
      throw values.refusal(key, "allowed: at least 1, or -1 to keep records for ever");
    }
    return value < 0 ? -1 : unit.toMillis(value);
  }
}
