package dev.milena.broker.core.hosting;

import dev.milena.records.BatchCheck;
import dev.milena.records.BatchFault;
import dev.milena.records.BatchHeader;
import java.nio.ByteBuffer;

/**
 * Decides how much of what was read from a log may be handed out. Pure.
 *
 * <p>The CRC covers neither base offset nor leader epoch, since a leader patches both. A bit that
 * flips there is found by its neighbours: the batches of a log follow each other without a gap, the
 * last one ends where the log said, and epochs never decrease. When two do not fit together and
 * nobody can say which is wrong, neither is handed out.
 *
 * @param goodEnd where the good batches end, as a position in the buffer
 * @param fault what is wrong there; empty when all is good
 */
record ServedBatches(int goodEnd, String fault) {
  /** For a search: the first batch may be anywhere. */
  static final long ANYWHERE = -1;

  /**
   * What the log says of the batches without having read them.
   *
   * @param from the offset that the first batch must hold, or {@link #ANYWHERE}
   * @param end the offset after the last batch
   */
  record Expected(long from, long end) {}

  /** Checks the batches from position 0 to the buffer's limit. */
  static ServedBatches check(ByteBuffer batches, Expected expected) {
    BatchCheck check = BatchCheck.ofStored();
    BatchFault fault = check.check(batches, BatchCheck.LARGEST_BATCH_BYTES);
    int wholeEnd = check.goodEnd();
    long next = ANYWHERE;
    int second = 0;
    int previous = 0;
    int epoch = 0;
    for (int at = 0; at < wholeEnd; at += BatchHeader.sizeInBytes(batches, at)) {
      long base = BatchHeader.baseOffset(batches, at);
      if (next != ANYWHERE && base != next) {
        return new ServedBatches(
            at == second ? 0 : at, "base offset %s where %s belongs".formatted(base, next));
      }
      if (BatchHeader.partitionLeaderEpoch(batches, at) < epoch) {
        return new ServedBatches(previous, "the leader epoch goes back");
      }
      epoch = BatchHeader.partitionLeaderEpoch(batches, at);
      next = BatchHeader.endOffset(batches, at);
      previous = at;
      second = at == 0 ? BatchHeader.sizeInBytes(batches, 0) : second;
    }
    String misplaced = misplaced(batches, wholeEnd, expected, next, fault == BatchFault.NONE);
    if (!misplaced.isEmpty()) {
      return new ServedBatches(0, misplaced);
    }
    return new ServedBatches(wholeEnd, fault == BatchFault.NONE ? "" : fault.sentence());
  }

  /** Whether batches that fit together lie where the log said. */
  private static String misplaced(
      ByteBuffer batches, int wholeEnd, Expected expected, long end, boolean complete) {
    if (wholeEnd == 0) {
      return "";
    }
    if (complete && end != expected.end()) {
      return "the batches end at offset %s, not %s".formatted(end, expected.end());
    }
    long base = BatchHeader.baseOffset(batches, 0);
    boolean holds = base <= expected.from() && expected.from() < BatchHeader.endOffset(batches, 0);
    return expected.from() == ANYWHERE || holds
        ? ""
        : "base offset %s in the batch that should hold %s".formatted(base, expected.from());
  }
}
