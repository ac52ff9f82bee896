package dev.milena.broker.core;

/** Where a fetch, or a question about offsets, begins. */
public sealed interface FetchStart {
  /** At an offset between the log start and the end of the committed log. */
  record AtOffset(long offset) implements FetchStart {}

  /** At the first record whose timestamp is this or later; at the end when there is none. */
  record AtTime(long timestampMs) implements FetchStart {}

  /** At the first offset still kept. */
  record AtEarliest() implements FetchStart {}

  /** At the offset that the next committed record gets. */
  record AtLatest() implements FetchStart {}
}
