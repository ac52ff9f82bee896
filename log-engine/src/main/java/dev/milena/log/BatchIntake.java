package dev.milena.log;

import dev.milena.records.BatchCheck;
import dev.milena.records.BatchChecksum;
import dev.milena.records.BatchFault;
import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Looks produced batches over before they are written, and gives them their place in the log. Used
 * again and again, so that an append allocates nothing.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class BatchIntake {
  private final BatchCheck check = BatchCheck.ofProduced();
  private final BatchChecksum checksum = new BatchChecksum();

  /** Why the log does not take these bytes; empty when it does. */
  Optional<AppendOutcome> refusal(ByteBuffer batches, LogSettings settings) {
    BatchFault fault = check.check(batches, settings.maxBatchBytes());
    if (fault == BatchFault.NONE && batches.hasRemaining()) {
      return Optional.empty();
    }
    BatchFault named = fault == BatchFault.NONE ? BatchFault.TRUNCATED : fault;
    int at = check.goodEnd() - batches.position();
    String detail =
        "batch %s, at byte %s of %s: %s"
            .formatted(check.batchCount(), at, batches.remaining(), named.sentence());
    if (named == BatchFault.TOO_LARGE) {
      detail += ", at most " + settings.maxBatchBytes() + " bytes";
    }
    return Optional.of(new AppendOutcome.Rejected(named, detail));
  }

  /** Whether nothing but their size keeps batches that were refused from being stored. */
  boolean isTooLargeAlone(ByteBuffer batches) {
    return batches.hasRemaining()
        && check.check(batches, BatchCheck.LARGEST_BATCH_BYTES) == BatchFault.NONE;
  }

  /**
   * Patches all batches in place.
   *
   * @param base offset of the first record
   * @param nowMs becomes the records' time when the log's own clock counts
   * @return the offset after the last record
   */
  long place(ByteBuffer batches, long base, int leaderEpoch, long nowMs, TimestampType type) {
    long next = base;
    for (int at = batches.position(); at < batches.limit(); ) {
      BatchHeader.patch(batches, at, next, leaderEpoch);
      if (type == TimestampType.LOG_APPEND_TIME) {
        BatchHeader.stampLogAppendTime(batches, at, nowMs, checksum);
      }
      next = BatchHeader.endOffset(batches, at);
      at += BatchHeader.sizeInBytes(batches, at);
    }
    return next;
  }
}
