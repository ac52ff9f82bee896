package dev.milena.metadata;

/** Bounds of what the metadata holds. Raising one is a new feature level: members must agree. */
public final class MetadataLimits {
  public static final int MAX_PARTITIONS_PER_TOPIC = 10_000;

  /** Each costs about 200 bytes of heap on every node. */
  public static final int MAX_PARTITIONS = 200_000;

  public static final int MAX_REPLICATION_FACTOR = 32;

  /** So that one entry does not keep the members busy for long. */
  public static final int MAX_MOVES_PER_COMMAND = 10_000;

  /** Partitions in one change of in-sync replicas. */
  public static final int MAX_ISR_CHANGES_PER_COMMAND = 10_000;

  /** As Kafka: a name must fit a folder name with a partition number. */
  public static final int MAX_TOPIC_NAME_LENGTH = 249;

  public static final int MAX_CONFIG_VALUE_LENGTH = 8_192;

  /** As DNS. */
  public static final int MAX_HOST_LENGTH = 255;

  public static final int MAX_RACK_LENGTH = 255;

  /** HOST:PORT. */
  public static final int MAX_ADDRESS_LENGTH = MAX_HOST_LENGTH + 6;

  public static final int MAX_VERSION_LENGTH = 64;

  public static final int MAX_DIRECTORIES_PER_BROKER = 64;

  /** SHA-256 in Base64url without padding; exactly so many characters. */
  public static final int TOKEN_HASH_LENGTH = 43;

  private MetadataLimits() {}

  /** Producer ids that a broker gets at a time: about one command for as many new producers. */
  public static final int PRODUCER_IDS_AT_ONCE = 1_000;
}
