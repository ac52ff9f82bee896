package dev.milena.log;

import dev.milena.records.BatchFault;

/** What became of an append. Whatever it is, the log holds whole batches with dense offsets. */
public sealed interface AppendOutcome {

  /**
   * Stored, though not yet on the device: a flush says when it is.
   *
   * <p>Each log has one of these and fills it anew at every append, so that appending allocates
   * nothing. Take the numbers out before the next append; keep no reference.
   */
  final class Appended implements AppendOutcome, CopyOutcome {
    private long baseOffset;
    private long endOffset;
    private long logAppendTimeMs;

    Appended() {}

    Appended fill(long baseOffset, long endOffset, long logAppendTimeMs) {
      this.baseOffset = baseOffset;
      this.endOffset = endOffset;
      this.logAppendTimeMs = logAppendTimeMs;
      return this;
    }

    /** Offset of the first record. */
    public long baseOffset() {
      return baseOffset;
    }

    /** The offset after the last record: the log's end now. */
    public long endOffset() {
      return endOffset;
    }

    /** The time that every record carries now, or -1 when records keep their producer's. */
    public long logAppendTimeMs() {
      return logAppendTimeMs;
    }

    @Override
    public String toString() {
      return "Appended[" + baseOffset + ", " + endOffset + ")";
    }
  }

  /**
   * A batch of an idempotent producer that was stored before, and lies there still; nothing was
   * stored now.
   *
   * @param endOffset the offset after its last record
   * @param logAppendTimeMs as of {@link Appended}: when it was stored
   */
  record Known(long baseOffset, long endOffset, long logAppendTimeMs) implements AppendOutcome {}

  /** A batch of an idempotent producer that is not its next; nothing was stored. */
  record OutOfSequence(SequenceFault fault, String detail) implements AppendOutcome {}

  /** The bytes are no batches that this log takes; nothing was stored. */
  record Rejected(BatchFault fault, String detail) implements AppendOutcome {}

  /** What keeps any batches from being stored, of producers or of a leader. */
  sealed interface NotStored extends AppendOutcome, CopyOutcome {}

  /**
   * The device is full. Nothing was stored, reads go on, and the next append tries again.
   *
   * @param detail what the device said
   * @param mayComeBack the device had no room even to cut the bytes off again: if the process is
   *     killed before they are, recovery may find them
   */
  record NoSpace(String detail, boolean mayComeBack) implements NotStored {}

  /** The log failed, now or before, and takes nothing until it is opened anew. */
  record Offline(String reason) implements NotStored {}
}
