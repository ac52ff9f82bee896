package dev.milena.log;

import dev.milena.records.BatchHeader;

/** Whose clock a record's timestamp is from (message.timestamp.type). */
public enum TimestampType {
  /** The producer's; stored as it came. */
  CREATE_TIME,
  /** The broker's at the time of the append, written into each batch. */
  LOG_APPEND_TIME;

  /** The time that an append gives its batches; none where they keep their producer's. */
  long given(long nowMs) {
    return this == LOG_APPEND_TIME ? nowMs : BatchHeader.NO_TIMESTAMP;
  }
}
