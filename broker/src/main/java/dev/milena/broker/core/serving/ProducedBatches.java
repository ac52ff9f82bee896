package dev.milena.broker.core.serving;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import dev.milena.records.BatchCheck;
import dev.milena.records.BatchFault;
import dev.milena.records.BatchHeader;
import dev.milena.records.Compression;
import dev.milena.records.RecordCheck;
import dev.milena.records.RecordFault;
import dev.milena.records.RecordLimits;
import java.nio.ByteBuffer;

/**
 * Looks at batches before they go to a loop: whole ones, of a kind that a client may write, with
 * the records that their headers promise. Pure; runs on the caller's thread.
 *
 * <p>The CRC is left to the append, which checks it once. Records of a compressed batch are not
 * unpacked: batches are stored as they came, and a lie inside one is told to its reader.
 */
public final class ProducedBatches {
  private static final short DELETE_HORIZON_BIT = 1 << 6;

  private ProducedBatches() {}

  /** What the look came to. */
  public sealed interface Inspection {
    /** Fit to be appended. */
    record Fit(int recordCount) implements Inspection {}

    /** Not for this log. */
    record Unfit(Refusal refusal) implements Inspection {}
  }

  /** Looks at all batches from the buffer's position to its limit and leaves both as they are. */
  public static Inspection inspect(ByteBuffer batches, PartitionName where) {
    if (!batches.hasRemaining()) {
      return unfit(ErrorKind.INVALID_REQUEST, where, 0, "there is no batch");
    }
    long records = 0;
    int at = batches.position();
    while (at < batches.limit()) {
      int place = at - batches.position();
      BatchFault frame = BatchCheck.checkFrame(batches, at, BatchCheck.LARGEST_BATCH_BYTES);
      if (frame != BatchFault.NONE) {
        return unfit(ErrorKind.CORRUPT_BATCH, where, place, frame.sentence());
      }
      int size = BatchHeader.sizeInBytes(batches, at);
      if (size > batches.limit() - at) {
        return unfit(ErrorKind.CORRUPT_BATCH, where, place, BatchFault.TRUNCATED.sentence());
      }
      String forbidden = forbidden(batches, at);
      if (!forbidden.isEmpty()) {
        return unfit(ErrorKind.INVALID_RECORD, where, place, forbidden);
      }
      String lie = lie(batches, at);
      if (!lie.isEmpty()) {
        return unfit(ErrorKind.CORRUPT_BATCH, where, place, lie);
      }
      records += BatchHeader.recordCount(batches, at);
      if (records > Integer.MAX_VALUE) {
        // Of a compressed batch the header is believed: two of 61 bytes can say this.
        return unfit(
            ErrorKind.CORRUPT_BATCH,
            where,
            place,
            "with it the request claims %s records, more than it can have".formatted(records));
      }
      at += size;
    }
    return new Inspection.Fit((int) records);
  }

  /** Why a client may not write such a batch; empty when it may. */
  private static String forbidden(ByteBuffer batches, int at) {
    if (BatchHeader.isControl(batches, at)) {
      return "a client does not write control batches";
    }
    if (BatchHeader.isTransactional(batches, at)) {
      return "transactions are not built yet";
    }
    if (BatchHeader.isLogAppendTime(batches, at)) {
      return "the timestamp type of a client's batch is CreateTime; the log sets LogAppendTime";
    }
    if ((BatchHeader.attributes(batches, at) & DELETE_HORIZON_BIT) != 0) {
      return "a client does not write delete horizons";
    }
    return forbiddenNumber(batches, at);
  }

  /** What is wrong with how its producer numbered it; empty when nothing is. */
  private static String forbiddenNumber(ByteBuffer batches, int at) {
    long id = BatchHeader.producerId(batches, at);
    short epoch = BatchHeader.producerEpoch(batches, at);
    int sequence = BatchHeader.baseSequence(batches, at);
    if (id == BatchHeader.NO_PRODUCER) {
      return "";
    }
    return id < 0 || epoch < 0 || sequence < 0
        ? "an idempotent producer has an id, an epoch and a sequence number of at least 0, got %s, %s and %s"
            .formatted(id, epoch, sequence)
        : "";
  }

  /** What a batch says of its records that is not so; empty when it is so, or cannot be seen. */
  private static String lie(ByteBuffer batches, int at) {
    if (BatchHeader.compressionCode(batches, at) != Compression.NONE.code()) {
      return "";
    }
    RecordFault fault;
    var limits = new RecordLimits(BatchCheck.LARGEST_BATCH_BYTES, BatchCheck.LARGEST_BATCH_BYTES);
    try (RecordCheck check = new RecordCheck(limits)) {
      fault = check.check(batches, at);
    }
    if (fault == RecordFault.NONE) {
      return "";
    }
    // Flipped bits look like a lie too; say which it is.
    BatchFault outside =
        BatchCheck.ofProduced().checkOne(batches, at, BatchCheck.LARGEST_BATCH_BYTES);
    return outside == BatchFault.NONE ? fault.sentence() : outside.sentence();
  }

  private static Inspection unfit(ErrorKind kind, PartitionName where, int place, String why) {
    return new Inspection.Unfit(
        Refusal.of(
            kind,
            where,
            "batches for %s, at byte %s: %s; nothing was stored".formatted(where, place, why)));
  }
}
