package dev.milena.metadata;

/** Why a command changed nothing; one word that means the same on every door. */
public enum RefusalReason {
  TOPIC_EXISTS,
  UNKNOWN_TOPIC,
  UNKNOWN_PARTITION,
  /** The name is illegal, or is too like another topic's (a.b and a_b). */
  INVALID_TOPIC,
  INVALID_PARTITIONS,
  INVALID_REPLICATION_FACTOR,
  INVALID_ASSIGNMENT,
  UNKNOWN_CONFIG,
  INVALID_CONFIG,
  /** Fewer brokers are up than replicas are asked for; retry when they are. */
  NOT_ENOUGH_BROKERS,
  INVALID_BROKER,
  UNKNOWN_BROKER,
  /** Another run of this broker id is registered and not fenced. */
  BROKER_ID_IN_USE,
  /** It shuts down in an orderly way; its next run comes up again. */
  BROKER_STOPPING,
  /** It is up, and must not be for what was asked. */
  BROKER_NOT_FENCED,
  /** Partitions have it among their replicas; drain it first. */
  BROKER_HOLDS_REPLICAS,
  /** The row has changed since the asker saw it. */
  STALE_BROKER_EPOCH,
  /** Another leader of the quorum has come since the asker, who led it, chose to ask. */
  STALE_TERM,
  /** Larger than an entry of the log may be. */
  COMMAND_TOO_LARGE,
  /** A command that this release does not know. */
  UNSUPPORTED_COMMAND
}
