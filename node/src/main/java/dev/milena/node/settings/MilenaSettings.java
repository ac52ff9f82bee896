package dev.milena.node.settings;

import java.util.List;

/** The keys that Kafka does not have. */
public final class MilenaSettings {
  public static final Setting QUORUM_LISTENER =
      own(
          "quorum.listener",
          new SettingType.Text(
              "HOST:PORT (an empty HOST means all interfaces, port 0 any free port)"),
          "127.0.0.1:9093",
          "Where the other members of the quorum are met; never a client's business. Ignored, with one"
              + " warning, where `process.roles` is `broker`: such a node opens none.");
  public static final Setting HTTP_LISTENER =
      own(
          "http.listener",
          new SettingType.Text(
              "HOST:PORT (an empty HOST means all interfaces, port 0 any free port)"),
          "127.0.0.1:9021",
          "/livez, /readyz and /metrics.");
  public static final Setting FLUSH_POLICY =
      own(
          "flush.policy",
          new SettingType.Word(List.of("ack", "replicated")),
          "ack",
          "What acks=all waits for on each in-sync replica: `ack`, the disk (fsync, shared by all"
              + " writers of a moment); `replicated`, memory, as in Kafka; the disk follows after 5 s"
              + " or 64 MiB at most. A topic's own `flush.policy` wins. A topic that ever had `replicated` is doubted after a kill of a broker for good: its replicas there leave ISR and ELR, and join again.");

  public static final Setting LOG_SCRUB_INTERVAL_MS =
      own(
          "log.scrub.interval.ms",
          new SettingType.Whole(0, Long.MAX_VALUE),
          "604800000",
          "How often everything that is stored is looked over for bytes that the disk has changed, which another replica then gives back; `0`: never. A round begins ten minutes after the start at the latest, and counts from its beginning.");
  public static final Setting LOG_SCRUB_BYTES_PER_SECOND =
      own(
          "log.scrub.bytes.per.second",
          new SettingType.Whole(1_024, Long.MAX_VALUE),
          "8388608",
          "How fast, of all log directories together.");

  public static final Setting REPLICA_MOVE_BYTES_PER_SECOND =
      own(
          "replica.move.bytes.per.second",
          new SettingType.Whole(1_024, Long.MAX_VALUE),
          "9223372036854775807",
          "How fast this node sends what it leads to replicas that `topics --reassign` or `cluster"
              + " --drain` bring, of all partitions together, until they are in sync; nobody else"
              + " waits for it. A partition to which more is written than that never ends moving.");

  public static final Setting METADATA_JOURNAL_RETENTION_BYTES =
      own(
          "metadata.journal.retention.bytes",
          new SettingType.Whole(1 << 20, Long.MAX_VALUE),
          "1073741824",
          "How much of the history of metadata changes each member of the quorum keeps.");

  public static final Setting DISK_STALL_MS =
      own(
          "disk.stall.ms",
          new SettingType.Whole(1_000, 3_600_000),
          "5000",
          "How long a disk may leave a call unanswered. A log directory whose disk is silent for so"
              + " long is offline until the next start, and others lead what it holds; a node of"
              + " which none answers, or whose quorum's folder does not, ends with exit code 3.");

  public static final Setting CLUSTER_ID =
      own(
          "cluster.id",
          new SettingType.Text("22 characters of base64url, as in meta.properties"),
          "",
          "Which cluster this node belongs to; the same on all nodes. Unless set it follows from"
              + " `controller.quorum.voters`, or is made by chance for a node alone. Set it where two"
              + " clusters could have voters of the same names. It cannot be changed later.");

  static final List<Setting> ALL =
      List.of(
          CLUSTER_ID,
          QUORUM_LISTENER,
          HTTP_LISTENER,
          FLUSH_POLICY,
          LOG_SCRUB_INTERVAL_MS,
          LOG_SCRUB_BYTES_PER_SECOND,
          DISK_STALL_MS,
          REPLICA_MOVE_BYTES_PER_SECOND,
          METADATA_JOURNAL_RETENTION_BYTES);

  private MilenaSettings() {}

  private static Setting own(String key, SettingType type, String standard, String note) {
    return new Setting(key, Fate.OWN, type, standard, note);
  }
}
