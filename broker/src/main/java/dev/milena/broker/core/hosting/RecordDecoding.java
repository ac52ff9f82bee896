package dev.milena.broker.core.hosting;

import dev.milena.broker.core.PlainRecord;
import dev.milena.records.BatchHeader;
import dev.milena.records.RecordCursor;
import dev.milena.records.RecordFault;
import dev.milena.records.RecordHeader;
import dev.milena.records.RecordLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes plain records of stored batches: decompressed, from exactly the wanted offset, and never
 * more than a bound, whatever the batches unpack to. Pure; runs on a reader thread.
 */
public final class RecordDecoding {
  /** The most bytes of decoded records in one answer; also the largest record that is decoded. */
  public static final int MAX_OUTPUT_BYTES = 16 << 20;

  /** No batch is unpacked beyond this, even to reach a record near its end. */
  private static final long MAX_UNPACKED_BYTES = 256L << 20;

  /** What a record costs beside its bytes. */
  private static final int RECORD_OVERHEAD_BYTES = 64;

  private RecordDecoding() {}

  /** What came out. */
  public sealed interface Decoded {
    /**
     * Records in the order of their offsets.
     *
     * @param nextOffset where to go on; within a batch when the bound cut it
     */
    record Records(List<PlainRecord> records, long nextOffset) implements Decoded {}

    /**
     * The first batch cannot be decoded from here.
     *
     * @param offset the record, or the first of its batch, that cannot be read
     * @param nextOffset the end of that batch, for a reader that wants to skip it
     */
    record Unreadable(long offset, long nextOffset, RecordFault fault) implements Decoded {}
  }

  /**
   * Decodes batches that passed their check.
   *
   * @param batches whole batches from position to limit
   * @param from records before this offset are left out
   * @param maxOutputBytes stop before the record that would exceed it
   */
  public static Decoded decode(ByteBuffer batches, long from, int maxOutputBytes) {
    Output output = new Output(from, maxOutputBytes);
    var limits = new RecordLimits(maxOutputBytes, MAX_UNPACKED_BYTES);
    try (RecordCursor cursor = new RecordCursor(limits)) {
      int at = batches.position();
      while (at < batches.limit()) {
        cursor.open(batches, at);
        if (!output.takeAll(cursor)) {
          return output.soFar();
        }
        long batchEnd = BatchHeader.endOffset(batches, at);
        if (cursor.fault() != RecordFault.NONE) {
          long failedAt = Math.max(output.nextOffset, BatchHeader.baseOffset(batches, at));
          output.nextOffset = failedAt;
          return output.records.isEmpty()
              ? new Decoded.Unreadable(failedAt, batchEnd, cursor.fault())
              : output.soFar();
        }
        output.nextOffset = Math.max(from, batchEnd);
        at += BatchHeader.sizeInBytes(batches, at);
      }
    }
    return output.soFar();
  }

  /** What was decoded so far, within its bound. */
  private static final class Output {
    private final List<PlainRecord> records = new ArrayList<>();
    private final long from;
    private long roomBytes;
    private long nextOffset;

    Output(long from, long maxBytes) {
      this.from = from;
      this.roomBytes = maxBytes;
      this.nextOffset = from;
    }

    /** Takes the records of a batch; false when the bound was reached first. */
    boolean takeAll(RecordCursor cursor) {
      while (cursor.next()) {
        if (cursor.offset() < from) {
          continue;
        }
        roomBytes -= sizeOf(cursor);
        if (roomBytes < 0 && !records.isEmpty()) {
          nextOffset = cursor.offset();
          return false;
        }
        records.add(copyOf(cursor));
        nextOffset = cursor.offset() + 1;
      }
      return true;
    }

    Decoded.Records soFar() {
      return new Decoded.Records(records, nextOffset);
    }
  }

  private static long sizeOf(RecordCursor cursor) {
    long size = RECORD_OVERHEAD_BYTES;
    size += Math.max(0, cursor.keySize());
    size += Math.max(0, cursor.valueSize());
    for (RecordHeader header : cursor.headers()) {
      size += header.keyUtf8().remaining() + RECORD_OVERHEAD_BYTES;
      size += header.hasValue() ? header.value().remaining() : 0;
    }
    return size;
  }

  private static PlainRecord copyOf(RecordCursor cursor) {
    List<RecordHeader> headers = new ArrayList<>(cursor.headerCount());
    for (RecordHeader header : cursor.headers()) {
      headers.add(
          header.hasValue()
              ? RecordHeader.of(header.key(), copyOf(header.value()))
              : RecordHeader.ofNull(header.key()));
    }
    @Nullable ByteBuffer key = cursor.hasKey() ? copyOf(cursor.key()) : null;
    @Nullable ByteBuffer value = cursor.hasValue() ? copyOf(cursor.value()) : null;
    return new PlainRecord(cursor.offset(), cursor.timestamp(), key, value, headers);
  }

  private static ByteBuffer copyOf(ByteBuffer view) {
    return ByteBuffer.allocate(view.remaining()).put(view.duplicate()).flip();
  }
}
