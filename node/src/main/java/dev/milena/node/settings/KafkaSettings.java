package dev.milena.node.settings;

import java.util.List;

/** Kafka's keys that have an effect here. Names, types and bounds are Kafka 4.3's. */
public final class KafkaSettings {
  private static final SettingType FLAG = new SettingType.Flag();
  private static final SettingType COUNT = new SettingType.Whole(1, Integer.MAX_VALUE);
  private static final SettingType ENDPOINTS =
      text(
          "HOST:PORT or PLAINTEXT://HOST:PORT (an empty HOST means all interfaces, port 0 any free port)");

  public static final Setting NODE_ID =
      honoured(
          "node.id", whole(0, Integer.MAX_VALUE), "1", "The number of this node in its cluster.");
  public static final Setting BROKER_ID =
      mapped("broker.id", whole(-1, Integer.MAX_VALUE), "", "An older name of `node.id`.");
  public static final Setting PROCESS_ROLES =
      honoured(
          "process.roles",
          new SettingType.Words(List.of("broker", "controller")),
          "broker,controller",
          "Every member of the quorum is a broker too: `controller` alone is refused. `broker` alone"
              + " never votes and follows from outside: name whom to ask with"
              + " `controller.quorum.bootstrap.servers`.");
  public static final Setting LISTENERS =
      honoured(
          "listeners",
          ENDPOINTS,
          "127.0.0.1:9092",
          "Where clients are served. Kafka's default is every interface; Milena's is this machine"
              + " alone. A listener named in `controller.listener.names` sets `quorum.listener`.");
  public static final Setting ADVERTISED_LISTENERS =
      honoured(
          "advertised.listeners",
          text("HOST:PORT or PLAINTEXT://HOST:PORT, with a HOST that clients can reach"),
          "",
          "The address that clients are told; the listener's own unless set, or this machine's name"
              + " when it listens on all interfaces.");
  public static final Setting CONTROLLER_LISTENER_NAMES =
      mapped(
          "controller.listener.names",
          text("names of listeners, separated by commas"),
          "CONTROLLER",
          "Which name among `listeners` stands for `quorum.listener`.");
  public static final Setting LISTENER_SECURITY_PROTOCOL_MAP =
      mapped(
          "listener.security.protocol.map",
          text("NAME:PROTOCOL,..."),
          "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
          "Tells the protocol of a listener with a name of its own. Only PLAINTEXT can be served so"
              + " far; a listener with another protocol is refused, never opened without it.");
  public static final Setting CONTROLLER_QUORUM_VOTERS =
      honoured(
          "controller.quorum.voters",
          text("ID@HOST:PORT,..."),
          "",
          "The first members of the quorum, the same on all of them; this node alone unless set."
              + " Later changes are kept by the quorum itself: `kafkactl quorum --add-voter`,"
              + " `--remove-voter`.");
  public static final Setting CONTROLLER_QUORUM_BOOTSTRAP_SERVERS =
      honoured(
          "controller.quorum.bootstrap.servers",
          text("HOST:PORT,..."),
          "",
          "For a node that is not among the voters: brokers of the cluster to ask. Unlike Kafka's,"
              + " these are the addresses of clients (9092), where brokers meet too.");
  public static final Setting BROKER_SESSION_TIMEOUT_MS =
      honoured(
          "broker.session.timeout.ms",
          whole(1_000, Integer.MAX_VALUE),
          "6000",
          "How long the quorum's leader waits for a broker that is silent before it fences it;"
              + " Kafka's is 9000.");
  public static final Setting BROKER_HEARTBEAT_INTERVAL_MS =
      honoured(
          "broker.heartbeat.interval.ms",
          whole(100, Integer.MAX_VALUE),
          "2000",
          "How often a broker tells the quorum's leader that it is alive.");
  public static final Setting AUTO_LEADER_REBALANCE_ENABLE =
      honoured(
          "auto.leader.rebalance.enable",
          FLAG,
          "true",
          "Whether a broker that came back is given its preferred leaderships, seconds after it"
              + " did.");
  public static final Setting LOG_DIRS =
      honoured(
          "log.dirs",
          text("one or more directories, separated by commas"),
          "milena-data",
          "Where partitions are kept. Kafka's default lies under /tmp; Milena's is a folder where it"
              + " is started.");
  public static final Setting LOG_DIR =
      mapped(
          "log.dir",
          text("one or more directories, separated by commas"),
          "",
          "Read when `log.dirs` is not set.");
  public static final Setting METADATA_LOG_DIR =
      honoured(
          "metadata.log.dir",
          text("a directory"),
          "",
          "Where the quorum's log is kept; the first of `log.dirs` unless set.");
  public static final Setting BROKER_RACK =
      honoured("broker.rack", text("a name"), "", "The rack that this node stands in.");
  public static final Setting NUM_PARTITIONS =
      honoured(
          "num.partitions", COUNT, "1", "Partitions of a topic whose creator names no number.");
  public static final Setting DEFAULT_REPLICATION_FACTOR =
      honoured(
          "default.replication.factor",
          whole(1, Short.MAX_VALUE),
          "",
          "Replicas of a topic whose creator names no number. Safer than Kafka's 1: the smaller of 3"
              + " and the number of voters or brokers, whichever is larger.");
  public static final Setting MIN_INSYNC_REPLICAS =
      honoured(
          "min.insync.replicas",
          COUNT,
          "",
          "How many replicas must have a record on disk before acks=all is answered. Safer than"
              + " Kafka's 1: 2 for three replicas or more, else 1; kept with the topic when it is"
              + " created.");
  public static final Setting AUTO_CREATE_TOPICS_ENABLE =
      honoured(
          "auto.create.topics.enable",
          FLAG,
          "false",
          "Kafka's default is true. Milena answers an unknown topic with how to create it; true is"
              + " refused so far.");
  public static final Setting LOG_SEGMENT_BYTES =
      topic("log.segment.bytes", whole(1 << 20, Integer.MAX_VALUE), "1073741824", "segment.bytes");
  public static final Setting LOG_ROLL_MS =
      topic("log.roll.ms", whole(1, Long.MAX_VALUE), "", "segment.ms");
  public static final Setting LOG_ROLL_HOURS =
      honoured("log.roll.hours", COUNT, "168", "Read when `log.roll.ms` is not set.");
  public static final Setting LOG_RETENTION_MS =
      topic("log.retention.ms", whole(-1, Long.MAX_VALUE), "", "retention.ms");
  public static final Setting LOG_RETENTION_MINUTES =
      honoured(
          "log.retention.minutes",
          whole(-1, Integer.MAX_VALUE),
          "",
          "Read when `log.retention.ms` is not set.");
  public static final Setting LOG_RETENTION_HOURS =
      honoured(
          "log.retention.hours",
          whole(-1, Integer.MAX_VALUE),
          "168",
          "Read when neither `log.retention.ms` nor `log.retention.minutes` is set.");
  public static final Setting LOG_RETENTION_BYTES =
      topic("log.retention.bytes", whole(-1, Long.MAX_VALUE), "-1", "retention.bytes");
  public static final Setting LOG_RETENTION_CHECK_INTERVAL_MS =
      honoured(
          "log.retention.check.interval.ms",
          whole(100, Integer.MAX_VALUE),
          "60000",
          "How often each partition looks for segments that may be deleted; Kafka's is 300000.");
  public static final Setting PRODUCER_ID_EXPIRATION_MS =
      honoured(
          "producer.id.expiration.ms",
          whole(1, Integer.MAX_VALUE),
          "86400000",
          "An idempotent producer that has written nothing to a partition for so long is forgotten there; a"
              + " batch that it sends again after that is stored twice. Also forgotten are, of more than"
              + " 10,000 of one partition, those that wrote longest ago.");
  public static final Setting LOG_INDEX_INTERVAL_BYTES =
      topic(
          "log.index.interval.bytes", whole(0, Integer.MAX_VALUE), "4096", "index.interval.bytes");
  public static final Setting LOG_MESSAGE_TIMESTAMP_TYPE =
      topic(
          "log.message.timestamp.type",
          new SettingType.Word(List.of("CreateTime", "LogAppendTime")),
          "CreateTime",
          "message.timestamp.type");
  public static final Setting MESSAGE_MAX_BYTES =
      topic("message.max.bytes", whole(0, Integer.MAX_VALUE), "1048588", "max.message.bytes");

  public static final Setting MAX_CONNECTIONS =
      honoured(
          "max.connections",
          COUNT,
          "20000",
          "Connections of clients at once; the next is closed at once. Kafka's default is no limit.");
  public static final Setting MAX_CONNECTIONS_PER_IP =
      honoured(
          "max.connections.per.ip",
          COUNT,
          "20000",
          "Connections from one address at once. Kafka's default is no limit.");
  public static final Setting SOCKET_REQUEST_MAX_BYTES =
      honoured(
          "socket.request.max.bytes",
          COUNT,
          "104857600",
          "The largest request; over gRPC, 16 MiB or message.max.bytes and a little, if that is less.");
  public static final Setting SOCKET_LISTEN_BACKLOG_SIZE =
      honoured(
          "socket.listen.backlog.size",
          COUNT,
          "1024",
          "Connections that wait in the kernel to be accepted. Kafka's default is 50.");

  /** All of the above. */
  static final List<Setting> ALL =
      List.of(
          NODE_ID,
          BROKER_ID,
          PROCESS_ROLES,
          LISTENERS,
          ADVERTISED_LISTENERS,
          CONTROLLER_LISTENER_NAMES,
          LISTENER_SECURITY_PROTOCOL_MAP,
          CONTROLLER_QUORUM_VOTERS,
          CONTROLLER_QUORUM_BOOTSTRAP_SERVERS,
          BROKER_SESSION_TIMEOUT_MS,
          BROKER_HEARTBEAT_INTERVAL_MS,
          AUTO_LEADER_REBALANCE_ENABLE,
          LOG_DIRS,
          LOG_DIR,
          METADATA_LOG_DIR,
          BROKER_RACK,
          NUM_PARTITIONS,
          DEFAULT_REPLICATION_FACTOR,
          MIN_INSYNC_REPLICAS,
          AUTO_CREATE_TOPICS_ENABLE,
          LOG_SEGMENT_BYTES,
          LOG_ROLL_MS,
          LOG_ROLL_HOURS,
          LOG_RETENTION_MS,
          LOG_RETENTION_MINUTES,
          LOG_RETENTION_HOURS,
          LOG_RETENTION_BYTES,
          LOG_RETENTION_CHECK_INTERVAL_MS,
          PRODUCER_ID_EXPIRATION_MS,
          LOG_INDEX_INTERVAL_BYTES,
          LOG_MESSAGE_TIMESTAMP_TYPE,
          MESSAGE_MAX_BYTES,
          MAX_CONNECTIONS,
          MAX_CONNECTIONS_PER_IP,
          SOCKET_REQUEST_MAX_BYTES,
          SOCKET_LISTEN_BACKLOG_SIZE);

  private KafkaSettings() {}

  private static SettingType whole(long min, long max) {
    return new SettingType.Whole(min, max);
  }

  private static SettingType text(String form) {
    return new SettingType.Text(form);
  }

  private static Setting honoured(String key, SettingType type, String standard, String note) {
    return new Setting(key, Fate.HONOURED, type, standard, note);
  }

  private static Setting mapped(String key, SettingType type, String standard, String note) {
    return new Setting(key, Fate.MAPPED, type, standard, note);
  }

  /** A key that holds for topics which do not set {@code config} themselves. */
  private static Setting topic(String key, SettingType type, String standard, String config) {
    return honoured(key, type, standard, "The `" + config + "` of a topic that does not set it.");
  }
}
