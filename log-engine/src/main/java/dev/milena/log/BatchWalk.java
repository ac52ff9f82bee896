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
import org.jspecify.annotations.Nullable;

/**
 * Goes from batch to batch of a segment: over their headers alone, reading ahead while batches are
 * small and no more than a header when they are large; or over all their bytes, with their CRC. A
 * window is all that it allocates, whatever a header says.
 */
@OwnedBy(Owner.CREATOR)
final class BatchWalk {
  /** For {@link #step}: the leader epoch is not looked at, which no CRC covers. */
  static final int ANY_EPOCH = Integer.MIN_VALUE;

  private static final int FAR_APART_BYTES = 16 << 10;
  private static final int HEADERS_BYTES = 64 << 10;

  private final DiskFile file;
  private final Path path;
  private final int limit;
  private final @Nullable StoredBatchCheck check;
  private ByteBuffer window;
  private int windowAt;
  private int at;
  private int position;
  private long expected;
  private long bytesRead;

  private BatchWalk(
      SegmentFile segment, int limit, int windowBytes, @Nullable StoredBatchCheck check)
      throws IOException {
    this.file = segment.file();
    this.path = segment.path();
    this.limit = limit;
    this.check = check;
    this.window = ByteBuffer.allocate(windowBytes).limit(0);
  }

  /**
   * Over headers, of a whole segment or much of it.
   *
   * @param segment which the caller holds a lease of
   * @param limit bytes of it that count
   */
  static BatchWalk ofHeaders(SegmentFile segment, int limit) throws IOException {
    return new BatchWalk(segment, limit, HEADERS_BYTES, null);
  }

  /** Over a few headers here and there. */
  static BatchWalk ofHeaders(SegmentFile segment, int limit, int windowBytes) throws IOException {
    return new BatchWalk(segment, limit, Math.max(windowBytes, BatchHeader.SIZE), null);
  }

  /** Over all bytes, checking each batch. */
  static BatchWalk checking(SegmentFile segment, int limit) throws IOException {
    return checking(segment, limit, StoredBatchCheck.PIECE_BYTES);
  }

  /** Over all bytes, reading no more ahead than so many. */
  static BatchWalk checking(SegmentFile segment, int limit, int most) throws IOException {
    int windowBytes = Math.clamp(most, BatchHeader.SIZE, StoredBatchCheck.PIECE_BYTES);
    return new BatchWalk(segment, limit, windowBytes, new StoredBatchCheck());
  }

  /**
   * Goes to where the next batch of the log must begin.
   *
   * @param baseOffset its first offset
   * @param lowestEpoch of its leader, or {@link #ANY_EPOCH}
   * @return in words, what is wrong with it; empty when it lies whole within the limit and is what
   *     belongs there
   */
  String step(int position, long baseOffset, int lowestEpoch) throws IOException {
    expected = baseOffset;
    BatchFault fault = go(position);
    if (fault != BatchFault.NONE) {
      return fault.sentence();
    }
    if (baseOffset() != baseOffset) {
      return "base offset is " + baseOffset() + " where " + baseOffset + " belongs";
    }
    if (leaderEpoch() < lowestEpoch) {
      return "leader epoch is " + leaderEpoch() + " after " + lowestEpoch;
    }
    return "";
  }

  /** Goes to where the batch with this base offset must begin. */
  void require(int position, long baseOffset) throws IOException {
    requireGood(step(position, baseOffset, ANY_EPOCH));
  }

  /** Makes an error of what {@link #step} found. */
  void requireGood(String fault) throws CorruptLog {
    if (!fault.isEmpty()) {
      throw CorruptLog.ofBatch(path, position, expected, fault);
    }
  }

  /** Checks that the batch covers no offset at or beyond the segment's end. */
  void requireEndWithin(long segmentEnd) throws CorruptLog {
    if (endOffset() > segmentEnd) {
      throw new CorruptLog(
          path, position, "offsets up to " + endOffset() + " in a segment to " + segmentEnd);
    }
  }

  /**
   * Checks all bytes of a batch that claims to be larger than is read at once anyway, CRC and all:
   * a disk may have changed its length, and whoever reads it has to have memory for all of it.
   */
  void requireSoundIfLarge() throws IOException {
    int bytes = sizeInBytes();
    if (check == null && bytes > StoredBatchCheck.PIECE_BYTES) {
      BatchFault fault = checkInPieces(new StoredBatchCheck(), bytes);
      requireGood(fault == BatchFault.NONE ? "" : fault.sentence());
    }
  }

  /** How many bytes were read, some of them more than once. */
  long bytesRead() {
    return bytesRead;
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

  long producerId() {
    return BatchHeader.producerId(window, at);
  }

  /** Notes the batch in a table of producers, as appended at a time. */
  void note(ProducerTable table, long appendedMs) {
    table.note(window, at, baseOffset(), appendedMs);
  }

  int leaderEpoch() {
    return BatchHeader.partitionLeaderEpoch(window, at);
  }

  long maxTimestampMs() {
    return BatchHeader.maxTimestamp(window, at);
  }

  private BatchFault go(int next) throws IOException {
    boolean isFar = check == null && next - position > FAR_APART_BYTES;
    position = next;
    if (limit - position < BatchHeader.SIZE) {
      return BatchFault.TRUNCATED;
    }
    at = position - windowAt;
    if (at < 0 || at + BatchHeader.SIZE > window.limit()) {
      load(isFar ? BatchHeader.SIZE : window.capacity());
    }
    BatchFault fault = BatchCheck.checkFrame(window, at, BatchCheck.LARGEST_BATCH_BYTES);
    if (fault != BatchFault.NONE) {
      return fault;
    }
    if (sizeInBytes() > limit - position) {
      return BatchFault.TRUNCATED;
    }
    if (BatchHeader.lastOffsetDelta(window, at) < 0) {
      return BatchFault.BAD_COUNT;
    }
    return check == null ? BatchFault.NONE : checkWhole(check);
  }

  private BatchFault checkWhole(StoredBatchCheck wanted) throws IOException {
    int bytes = sizeInBytes();
    if (bytes > StoredBatchCheck.PIECE_BYTES) {
      return checkInPieces(wanted, bytes);
    }
    if (bytes > window.limit() - at) {
      if (bytes > window.capacity()) {
        window = ByteBuffer.allocate(bytes);
      }
      load(window.capacity());
    }
    return wanted.check(window, at);
  }

  /** Of a batch that no window holds only the header stays there. */
  private BatchFault checkInPieces(StoredBatchCheck wanted, int bytes) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(BatchHeader.SIZE);
    header.put(0, window, at, BatchHeader.SIZE);
    if (window.capacity() < StoredBatchCheck.PIECE_BYTES) {
      window = ByteBuffer.allocate(StoredBatchCheck.PIECE_BYTES);
    }
    bytesRead += bytes - BatchHeader.SIZE;
    try {
      return wanted.check(header, file, position, window);
    } finally {
      window.clear().put(header).flip();
      windowAt = position;
      at = 0;
    }
  }

  /** Has the window begin with the batch. */
  private void load(int bytes) throws IOException {
    window.clear().limit(Math.min(bytes, limit - position));
    bytesRead += window.remaining();
    WholeIo.readFully(file, window, position);
    window.flip();
    windowAt = position;
    at = 0;
  }
}
