package dev.milena.broker.core.hosting;

import dev.milena.broker.core.FetchCall;
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
  /**
   * What decoding one answer takes at most, beside the stored bytes: the records, until they are
   * sent, the window into which a record is unpacked, as it grows, and the copy of that record.
   */
  static final int MEMORY_BYTES = 56 << 20;

  /** The window alone. */
  static final int WINDOW_BYTES = 24 << 20;

  /** The largest record that is decoded, and the most of one answer. */
  private static final int MAX_RECORD_BYTES = 16 << 20;

  /** No batch is unpacked beyond this, even to reach a record near its end. */
  private static final long MAX_UNPACKED_BYTES = 256L << 20;

  /**
   * What a record takes in an answer beside its bytes, at most: a message within a message, an
   * offset and a time of 10 bytes, key and value. In memory it is about five times as much until
   * the answer is sent, so that {@link FetchCall#MAX_RECORDS_BYTES} of empty records are 16 MiB.
   */
  private static final int RECORD_OVERHEAD_BYTES = 40;

  /** And a header: a message, key and value. */
  private static final int HEADER_OVERHEAD_BYTES = 20;

  /** What is unpacked of a stored batch, whatever it claims. */
  static final RecordLimits LIMITS = new RecordLimits(MAX_RECORD_BYTES, MAX_UNPACKED_BYTES);

  private RecordDecoding() {}

  /**
   * How much to decode.
   *
   * @param outputBytes stop before the record that would exceed it, unless it is the first
   * @param recordBytes the largest record that is decoded
   */
  public record Bounds(int outputBytes, int recordBytes) {
    /** What one answer can hold, and any record that can be stored in the clear. */
    public static final Bounds OF_AN_ANSWER =
        new Bounds(FetchCall.MAX_RECORDS_BYTES, MAX_RECORD_BYTES);
  }

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
   */
  public static Decoded decode(ByteBuffer batches, long from, Bounds bounds) {
    Output output = new Output(from, bounds.outputBytes());
    var limits = new RecordLimits(bounds.recordBytes(), MAX_UNPACKED_BYTES);
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
      size += header.keyUtf8().remaining() + HEADER_OVERHEAD_BYTES;
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

  /**
   * The cursor's views are good until its next step, since it unpacks into the same memory again.
   * Of a batch that is not compressed they would last, and keep all that was read alive with the
   * few records that an answer took of it, uncounted.
   */
  private static ByteBuffer copyOf(ByteBuffer view) {
    return ByteBuffer.allocate(view.remaining()).put(view.duplicate()).flip();
  }
}
