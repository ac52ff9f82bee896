package dev.milena.records;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Walks over the records of a batch, decompressing as it goes.
 *
 * <pre>{@code
 * cursor.open(buffer, at);
 * while (cursor.next()) {
 *   use(cursor.offset(), cursor.hasKey() ? cursor.key() : ..., cursor.headers());
 * }
 * if (cursor.fault() != RecordFault.NONE) { ... the records seen so far were good, the rest is not }
 * }</pre>
 *
 * <p>Nothing the batch says is believed: each length is checked against the bytes that are there
 * and against the {@link RecordLimits} before anything is allocated for it, so no batch makes the
 * cursor throw, or hold more than about one largest record and one block of the compression.
 * Records of an uncompressed batch are not copied.
 *
 * <p>One cursor reads any number of batches, one after another. Close it in the end: a compression
 * may hold native memory.
 */
@OwnedBy(Owner.CREATOR)
public final class RecordCursor implements AutoCloseable {
  private static final int SMALLEST_LENGTH = BatchCheck.SMALLEST_RECORD_BYTES - 1;

  private final RecordLimits limits;
  private final RecordWindow window;
  private final RecordLayout record = new RecordLayout();
  private final VarintReader lengths = new VarintReader();

  private ByteBuffer batch = ByteBuffer.allocate(BatchHeader.SIZE);
  private int batchAt;
  private int seen;
  private int lastDelta;
  private RecordFault fault = RecordFault.NONE;

  /** A cursor that is at the end of nothing. */
  public RecordCursor(RecordLimits limits) {
    this.limits = limits;
    this.window = new RecordWindow(limits);
  }

  /**
   * Goes in front of the first record of a batch.
   *
   * @param buffer holds the whole batch, checked with {@link BatchCheck}; must not change before
   *     the cursor is opened elsewhere or closed
   * @param at where the batch begins
   */
  public void open(ByteBuffer buffer, int at) {
    batch = buffer;
    batchAt = at;
    seen = 0;
    lastDelta = -1;
    int from = at + BatchHeader.SIZE;
    int to = at + BatchHeader.sizeInBytes(buffer, at);
    Compression compression = Compression.ofCode(BatchHeader.compressionCode(buffer, at));
    window.open(compression, buffer, from, to);
    fault = RecordFault.NONE;
  }

  /**
   * Goes to the next record.
   *
   * @return false after the last one, and at a {@link #fault}
   */
  public boolean next() {
    if (fault != RecordFault.NONE) {
      return false;
    }
    if (seen == BatchHeader.recordCount(batch, batchAt)) {
      fault = window.fill(1) > 0 ? RecordFault.BYTES_LEFT : window.fault();
      return false;
    }
    fault = readRecord();
    if (fault != RecordFault.NONE) {
      return false;
    }
    seen++;
    lastDelta = record.offsetDelta();
    return true;
  }

  /** Why {@link #next} said false: {@link RecordFault#NONE} after a whole batch. */
  public RecordFault fault() {
    return fault;
  }

  /** The record's offset. */
  public long offset() {
    return BatchHeader.baseOffset(batch, batchAt) + record.offsetDelta();
  }

  /** The record's time in milliseconds since 1970, the producer's or the log's. */
  public long timestamp() {
    return BatchHeader.isLogAppendTime(batch, batchAt)
        ? BatchHeader.maxTimestamp(batch, batchAt)
        : BatchHeader.baseTimestamp(batch, batchAt) + record.timestampDelta();
  }

  /** Whether the key is something else than null. */
  public boolean hasKey() {
    return record.keySize() != RecordLayout.NULL_SIZE;
  }

  /** Bytes of the key; -1 for null. */
  public int keySize() {
    return record.keySize();
  }

  /**
   * The key: a view, good until the next call of {@link #next}.
   *
   * @throws IllegalStateException when {@link #hasKey} is false
   */
  public ByteBuffer key() {
    return record.key();
  }

  /** Whether the value is something else than null. */
  public boolean hasValue() {
    return record.valueSize() != RecordLayout.NULL_SIZE;
  }

  /** Bytes of the value; -1 for null. */
  public int valueSize() {
    return record.valueSize();
  }

  /**
   * The value: a view, good until the next call of {@link #next}.
   *
   * @throws IllegalStateException when {@link #hasValue} is false
   */
  public ByteBuffer value() {
    return record.value();
  }

  /** How many headers the record has. */
  public int headerCount() {
    return record.headerCount();
  }

  /** The headers in their order; good until the next call of {@link #next}. */
  public List<RecordHeader> headers() {
    return record.headers();
  }

  /** Gives back what compressions hold; the cursor can be opened again. */
  @Override
  public void close() {
    window.close();
  }

  private RecordFault readRecord() {
    // at the end of a batch fewer bytes than the longest number takes are fine
    if (window.fill(Varints.MAX_INT_BYTES) == 0) {
      return orElse(RecordFault.TOO_FEW_RECORDS);
    }
    lengths.open(window.bytes(), window.at(), window.end());
    int length = lengths.readInt();
    if (!lengths.isGood()) {
      return orElse(lengths.fault());
    }
    if (length < SMALLEST_LENGTH) {
      return RecordFault.BAD_LENGTH;
    }
    if (length > limits.maxRecordBytes()) {
      return RecordFault.RECORD_TOO_LARGE;
    }
    window.moveTo(lengths.at());
    if (window.fill(length) < length) {
      return orElse(RecordFault.BAD_LENGTH);
    }
    RecordFault found = record.find(window.bytes(), window.at(), window.at() + length);
    window.moveTo(window.at() + length);
    return found == RecordFault.NONE ? checkDeltas() : found;
  }

  private RecordFault checkDeltas() {
    int delta = record.offsetDelta();
    if (delta <= lastDelta || delta > BatchHeader.lastOffsetDelta(batch, batchAt)) {
      return RecordFault.BAD_OFFSET_DELTA;
    }
    long base = BatchHeader.baseTimestamp(batch, batchAt);
    long sum = base + record.timestampDelta();
    boolean overflows = ((base ^ sum) & (record.timestampDelta() ^ sum)) < 0;
    return overflows ? RecordFault.BAD_TIMESTAMP : RecordFault.NONE;
  }

  /** A fault of the compression explains one of the records that it cut short. */
  private RecordFault orElse(RecordFault found) {
    return window.fault() == RecordFault.NONE ? found : window.fault();
  }
}
