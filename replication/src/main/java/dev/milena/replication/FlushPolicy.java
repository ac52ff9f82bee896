package dev.milena.replication;

/** What a replica must have done with a record before it counts towards the high watermark. */
public enum FlushPolicy {
  /** Fsynced it: {@code flush.policy=ack}, the default. */
  ACK,
  /** Appended it: {@code flush.policy=replicated}, Kafka's meaning. */
  REPLICATED
}
