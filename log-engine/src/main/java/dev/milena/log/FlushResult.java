package dev.milena.log;

/**
 * What a round of {@link GroupFlush} did for one log. It is posted from a flush thread; the log's
 * owner hands it to {@link PartitionLog#apply} before it looks at the flushed end.
 */
public sealed interface FlushResult {
  /** Which log. */
  PartitionLog log();

  /**
   * Everything in front of a place is on the device.
   *
   * @param to that place
   * @param cuts how often the log had been truncated when the flush was asked for: a result from
   *     before a truncation says nothing about what was written after it
   */
  record Flushed(PartitionLog log, LogPosition to, int cuts) implements FlushResult {
    /** Everything below this offset is on the device. */
    public long end() {
      return to.offset();
    }
  }

  /** A sync failed, which is final: the log is offline and acknowledges nothing any more. */
  record FlushFailed(PartitionLog log, String reason) implements FlushResult {}
}
