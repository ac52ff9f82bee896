package dev.milena.log;

/** Whose clock a record's timestamp is from (message.timestamp.type). */
public enum TimestampType {
  /** The producer's; stored as it came. */
  CREATE_TIME,
  /** The broker's at the time of the append, written into each batch. */
  LOG_APPEND_TIME
}
