package dev.milena.records;

import java.nio.ByteBuffer;

/**
 * Checks that bytes are whole Kafka v2 record batches: structure and CRC32C, without looking at the
 * records inside and without allocating.
 *
 * <p>One instance is used again and again by its owner. After {@link #check} it tells how far the
 * good part reaches, which is where a log that was torn is cut:
 *
 * <pre>
 *   | batch | batch | bat        check == TRUNCATED
 *                   ^ goodEnd()  batchCount() == 2
 * </pre>
 *
 * <p>What it cannot see are lies under a valid CRC: records that do not parse, or fewer of them
 * than the header counts. {@link RecordCheck} looks at those.
 */
@OwnedBy(Owner.CREATOR)
public final class BatchCheck {
  /** No batch is larger, whatever the caller allows: sizes and positions stay within an int. */
  public static final int LARGEST_BATCH_BYTES = 1 << 30;

  /** Bytes of the smallest record: length, attributes, two deltas, key, value, header count. */
  static final int SMALLEST_RECORD_BYTES = 7;

  /** A message of format 0 without key and value, not counting its offset and size fields. */
  private static final int SMALLEST_LEGACY_LENGTH = 14;

  private final BatchChecksum checksum = new BatchChecksum();
  private final boolean dense;
  private int goodEnd;
  private int batchCount;

  private BatchCheck(boolean dense) {
    this.dense = dense;
  }

  /**
   * For what producers send: every batch has at least one record, and exactly as many as the
   * offsets it covers.
   */
  public static BatchCheck ofProduced() {
    return new BatchCheck(true);
  }

  /** For what lies in a log, where compaction may have taken out records, even all of a batch. */
  public static BatchCheck ofStored() {
    return new BatchCheck(false);
  }

  /**
   * Checks all batches from the buffer's position to its limit and leaves both as they are. Stops
   * at the first fault. No bytes at all are no fault.
   *
   * @param batches heap or direct, big-endian
   * @param maxBatchBytes the largest batch allowed, header included
   */
  public BatchFault check(ByteBuffer batches, int maxBatchBytes) {
    goodEnd = batches.position();
    batchCount = 0;
    while (goodEnd < batches.limit()) {
      BatchFault fault = checkOne(batches, goodEnd, maxBatchBytes);
      if (fault != BatchFault.NONE) {
        return fault;
      }
      goodEnd += BatchHeader.sizeInBytes(batches, goodEnd);
      batchCount++;
    }
    return BatchFault.NONE;
  }

  /**
   * Checks the one batch that begins at a position; more bytes may follow it.
   *
   * @param at where the batch begins, at most the buffer's limit
   * @param maxBatchBytes the largest batch allowed, header included
   */
  public BatchFault checkOne(ByteBuffer buffer, int at, int maxBatchBytes) {
    BatchFault fault = checkFrame(buffer, at, maxBatchBytes);
    if (fault != BatchFault.NONE) {
      return fault;
    }
    int size = BatchHeader.sizeInBytes(buffer, at);
    if (size > buffer.limit() - at) {
      return BatchFault.TRUNCATED;
    }
    return checkSummed(buffer, at, checksum.of(buffer, at, size));
  }

  /**
   * What {@link #checkOne} checks behind the frame, of a batch that need not be in memory beyond
   * its header.
   *
   * @param buffer holds the header, whose frame is right
   * @param crc what {@link BatchChecksum} made of the whole batch
   */
  public BatchFault checkSummed(ByteBuffer buffer, int at, int crc) {
    if (crc != BatchHeader.crc(buffer, at)) {
      return BatchFault.BAD_CRC;
    }
    if (!Compression.isKnown(BatchHeader.compressionCode(buffer, at))) {
      return BatchFault.UNSUPPORTED_COMPRESSION;
    }
    int size = BatchHeader.sizeInBytes(buffer, at);
    return countFits(buffer, at, size) ? BatchFault.NONE : BatchFault.BAD_COUNT;
  }

  /**
   * Checks only what the first {@link BatchHeader#MAGIC_END} bytes say, for a reader that walks
   * over headers and has not read the rest: that the length is possible and the format is known.
   *
   * @param at where the batch begins; {@link BatchFault#TRUNCATED} when the front is not all there
   */
  public static BatchFault checkFrame(ByteBuffer buffer, int at, int maxBatchBytes) {
    if (buffer.limit() - at < BatchHeader.MAGIC_END) {
      return BatchFault.TRUNCATED;
    }
    int length = buffer.getInt(at + BatchHeader.LENGTH_AT);
    if (length < SMALLEST_LEGACY_LENGTH) {
      return BatchFault.BAD_LENGTH;
    }
    if (BatchHeader.magic(buffer, at) != BatchHeader.MAGIC) {
      return BatchFault.UNSUPPORTED_MAGIC;
    }
    if (length < BatchHeader.SIZE - BatchHeader.LENGTH_END) {
      return BatchFault.BAD_LENGTH;
    }
    int allowed = Math.min(maxBatchBytes, LARGEST_BATCH_BYTES);
    return length > allowed - BatchHeader.LENGTH_END ? BatchFault.TOO_LARGE : BatchFault.NONE;
  }

  /** Where the whole batches of the last {@link #check} end, as a position in its buffer. */
  public int goodEnd() {
    return goodEnd;
  }

  /** How many whole batches the last {@link #check} saw. */
  public int batchCount() {
    return batchCount;
  }

  private boolean countFits(ByteBuffer buffer, int at, int size) {
    int count = BatchHeader.recordCount(buffer, at);
    int lastOffsetDelta = BatchHeader.lastOffsetDelta(buffer, at);
    if (lastOffsetDelta < 0 || count < 0) {
      return false;
    }
    long covered = lastOffsetDelta + 1L;
    if (dense ? count != covered : count > covered) {
      return false;
    }
    if (BatchHeader.compressionCode(buffer, at) != Compression.NONE.code()) {
      return true;
    }
    return count <= (size - BatchHeader.SIZE) / SMALLEST_RECORD_BYTES;
  }
}
