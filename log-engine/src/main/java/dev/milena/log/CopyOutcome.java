package dev.milena.log;

/** What became of a copy from the leader. Whatever it is, the log holds whole batches. */
public sealed interface CopyOutcome
    permits AppendOutcome.Appended, AppendOutcome.NotStored, CopyOutcome.Unfit {

  /**
   * The bytes are damaged or do not continue this log, in offsets or epochs; nothing was stored.
   */
  record Unfit(String detail) implements CopyOutcome {}
}
