package dev.milena.log;

import dev.milena.records.BatchCheck;
import dev.milena.records.BatchFault;
import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.nio.ByteBuffer;

/**
 * Looks batches of a leader over before they are written: whole, and the next of this log. Used
 * again and again, so that a copy allocates nothing.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class CopyIntake {
  private final BatchCheck check = BatchCheck.ofStored();
  private long end;

  /**
   * What is wrong with them, in words; empty when they fit.
   *
   * @param base where the first of them must begin
   * @param lowestEpoch of the log's last batch
   * @param highestEpoch the leader's
   */
  String check(ByteBuffer batches, long base, int lowestEpoch, int highestEpoch) {
    BatchFault fault = check.check(batches, BatchCheck.LARGEST_BATCH_BYTES);
    if (fault != BatchFault.NONE) {
      return misfit(batches, check.goodEnd(), fault.sentence());
    }
    if (!batches.hasRemaining()) {
      return "there is no batch";
    }
    end = base;
    int lowest = lowestEpoch;
    for (int at = batches.position(); at < batches.limit(); ) {
      long first = BatchHeader.baseOffset(batches, at);
      int epoch = BatchHeader.partitionLeaderEpoch(batches, at);
      if (first != end) {
        return misfit(batches, at, "it begins at offset " + first + " where " + end + " belongs");
      }
      if (epoch < lowest || epoch > highestEpoch) {
        return misfit(
            batches,
            at,
            "it is of leader epoch %s where %s to %s belong"
                .formatted(epoch, lowest, highestEpoch));
      }
      lowest = epoch;
      end = BatchHeader.endOffset(batches, at);
      at += BatchHeader.sizeInBytes(batches, at);
    }
    return "";
  }

  /** The offset after the last record of what was checked and fits. */
  long end() {
    return end;
  }

  private static String misfit(ByteBuffer batches, int at, String what) {
    return "the batch at byte %s of %s: %s"
        .formatted(at - batches.position(), batches.remaining(), what);
  }
}
