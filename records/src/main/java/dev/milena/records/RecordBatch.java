package dev.milena.records;

import java.nio.ByteBuffer;

/**
 * One whole batch in a buffer: a view that copies nothing. The bytes must have passed {@link
 * BatchCheck} and stay as they are while the view is in use.
 */
public final class RecordBatch {
  private final ByteBuffer buffer;
  private final int at;

  /**
   * Looks at the batch that begins at a position.
   *
   * @param buffer heap or direct, big-endian
   */
  public RecordBatch(ByteBuffer buffer, int at) {
    this.buffer = buffer;
    this.at = at;
  }

  /** Where the batch begins in its buffer. */
  public int at() {
    return at;
  }

  /** Where the batch ends in its buffer, and the next one may begin. */
  public int end() {
    return at + sizeInBytes();
  }

  /** The whole batch in bytes, header included. */
  public int sizeInBytes() {
    return BatchHeader.sizeInBytes(buffer, at);
  }

  /** Offset of the first record. */
  public long baseOffset() {
    return BatchHeader.baseOffset(buffer, at);
  }

  /** The offset after the last one that the batch covers. */
  public long endOffset() {
    return BatchHeader.endOffset(buffer, at);
  }

  /** Epoch of the leader that appended the batch. */
  public int partitionLeaderEpoch() {
    return BatchHeader.partitionLeaderEpoch(buffer, at);
  }

  /** How many records are inside. */
  public int recordCount() {
    return BatchHeader.recordCount(buffer, at);
  }

  /** Whether the batch holds a transaction's end marker instead of data. */
  public boolean isControl() {
    return BatchHeader.isControl(buffer, at);
  }

  /** How the records are compressed. */
  public Compression compression() {
    return Compression.ofCode(BatchHeader.compressionCode(buffer, at));
  }

  /** The batch's bytes: a view, positioned at the front. */
  public ByteBuffer bytes() {
    return buffer.slice(at, sizeInBytes());
  }

  /**
   * A cursor in front of the first record; the caller closes it. To read many batches, open one
   * {@link RecordCursor} again and again instead.
   */
  public RecordCursor records(RecordLimits limits) {
    RecordCursor cursor = new RecordCursor(limits);
    cursor.open(buffer, at);
    return cursor;
  }
}
