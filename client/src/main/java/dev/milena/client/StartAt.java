package dev.milena.client;

/** Where reading a partition begins. */
public sealed interface StartAt {
  /**
   * At an offset, from the log start offset to the end of the committed log, both included.
   *
   * @param offset of the first wanted record
   */
  record Offset(long offset) implements StartAt {}

  /**
   * At the first record of this time or later; at the end if there is none.
   *
   * @param timestampMs since 1970
   */
  record Time(long timestampMs) implements StartAt {}

  /** At the first record still kept. */
  record Earliest() implements StartAt {}

  /** At the next record to be committed, as of the time the consumer is made. */
  record Latest() implements StartAt {}
}
