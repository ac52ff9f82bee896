package dev.milena.log;

import dev.milena.log.disk.DiskFile;
import dev.milena.records.BatchCheck;
import dev.milena.records.BatchFault;
import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Reads the headers of batches in a segment, one place after another, without their records. Reads
 * ahead while batches are small and no more than a header when they are large.
 */
@OwnedBy(Owner.CREATOR)
final class BatchWalk {
  private static final int FAR_APART_BYTES = 16 << 10;

  private final DiskFile file;
  private final Path path;
  private final int limit;
  private final ByteBuffer window;
  private int windowAt;
  private int at;
  private int position;

  /**
   * A walk.
   *
   * @param limit bytes of the file that count
   * @param windowBytes how much is read at a time while batches are small
   */
  BatchWalk(DiskFile file, Path path, int limit, int windowBytes) {
    this.file = file;
    this.path = path;
    this.limit = limit;
    this.window = ByteBuffer.allocate(Math.max(windowBytes, BatchHeader.SIZE)).limit(0);
  }

  /**
   * Goes to a place where a batch begins.
   *
   * @return what is wrong with the frame of the batch; {@link BatchFault#NONE} when it lies whole
   *     within the limit
   */
  BatchFault go(int position) throws IOException {
    int apart = position - this.position;
    this.position = position;
    if (limit - position < BatchHeader.SIZE) {
      return BatchFault.TRUNCATED;
    }
    at = position - windowAt;
    if (position < windowAt || at + BatchHeader.SIZE > window.limit()) {
      int wanted = apart > FAR_APART_BYTES ? BatchHeader.SIZE : window.capacity();
      window.clear().limit(Math.min(wanted, limit - position));
      WholeIo.readFully(file, window, position);
      window.flip();
      windowAt = position;
      at = 0;
    }
    BatchFault fault = BatchCheck.checkFrame(window, at, BatchCheck.LARGEST_BATCH_BYTES);
    if (fault != BatchFault.NONE) {
      return fault;
    }
    if (sizeInBytes() > limit - position) {
      return BatchFault.TRUNCATED;
    }
    return BatchHeader.lastOffsetDelta(window, at) < 0 ? BatchFault.BAD_COUNT : BatchFault.NONE;
  }

  /** Goes to a place where a whole batch must begin. */
  void require(int position) throws IOException {
    BatchFault fault = go(position);
    if (fault != BatchFault.NONE) {
      throw new CorruptLog(path, position, fault.sentence());
    }
  }

  /** Goes to a place where the batch with this base offset must begin. */
  void require(int position, long baseOffset) throws IOException {
    require(position);
    if (baseOffset() != baseOffset) {
      throw new CorruptLog(
          path, position, "base offset is " + baseOffset() + " where " + baseOffset + " belongs");
    }
  }

  /** Checks that the batch covers no offset at or beyond the segment's end. */
  void requireEndWithin(long segmentEnd) throws CorruptLog {
    if (endOffset() > segmentEnd) {
      throw new CorruptLog(
          path, position, "offsets up to " + endOffset() + " in a segment to " + segmentEnd);
    }
  }

  /** Checks that leader epochs do not go back along the log. */
  void requireEpochFrom(int lowest) throws CorruptLog {
    if (leaderEpoch() < lowest) {
      throw new CorruptLog(path, position, "leader epoch is " + leaderEpoch() + " after " + lowest);
    }
  }

  /** Where the batch begins. */
  int position() {
    return position;
  }

  int sizeInBytes() {
    return BatchHeader.sizeInBytes(window, at);
  }

  /** Where the next batch begins. */
  int endPosition() {
    return position + sizeInBytes();
  }

  long baseOffset() {
    return BatchHeader.baseOffset(window, at);
  }

  long endOffset() {
    return BatchHeader.endOffset(window, at);
  }

  int leaderEpoch() {
    return BatchHeader.partitionLeaderEpoch(window, at);
  }

  long maxTimestampMs() {
    return BatchHeader.maxTimestamp(window, at);
  }
}
