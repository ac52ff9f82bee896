package dev.milena.client;

import dev.milena.records.BatchCheck;
import dev.milena.records.BatchFault;
import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.records.RecordCursor;
import dev.milena.records.RecordFault;
import dev.milena.records.RecordHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The records of one answer, walked in their order:
 *
 * <pre>{@code
 * while (run.next()) {
 *   use(run.offset(), run.value());
 * }
 * }</pre>
 *
 * <p>What it hands out looks into its own memory and is good until the next call of {@link #next};
 * {@link #copy} is good for ever.
 */
@OwnedBy(Owner.CREATOR)
public final class RecordRun {
  private final FetchedBatches fetched;
  private final RecordCursor cursor;
  private final BatchCheck check;
  private final BiConsumer<TopicPartition, MilenaException> unreadable;
  private final ByteBuffer bytes;
  private int batchAt;
  private int nextBatchAt;
  private boolean inBatch;

  /**
   * Stands before the first record.
   *
   * @param unreadable is told when the rest cannot be read
   */
  RecordRun(
      FetchedBatches fetched,
      RecordCursor cursor,
      BatchCheck check,
      BiConsumer<TopicPartition, MilenaException> unreadable) {
    this.fetched = fetched;
    this.cursor = cursor;
    this.check = check;
    this.unreadable = unreadable;
    this.bytes = fetched.batches();
    this.nextBatchAt = bytes.position();
  }

  /** Which partition it is from. */
  public TopicPartition partition() {
    return fetched.partition();
  }

  /** The end of the committed log when the broker answered. */
  public long highWatermark() {
    return fetched.highWatermark();
  }

  /**
   * Goes to the next record.
   *
   * @return false after the last one
   * @throws MilenaException CORRUPT_BATCH when the bytes do not match their checksum or make no
   *     sense; the records before it were good. Nothing more is read of the partition, so that no
   *     record is passed over unsaid: see {@link Consumer#ended}
   */
  public boolean next() {
    while (true) {
      while (inBatch && cursor.next()) {
        if (cursor.offset() >= fetched.wantedOffset()) {
          return true;
        }
      }
      if (inBatch && cursor.fault() != RecordFault.NONE) {
        throw corrupt(batchAt, cursor.fault().toString());
      }
      inBatch = false;
      if (!openNextBatch()) {
        return false;
      }
    }
  }

  /** Goes to the front of the next batch with data; false when there is none. */
  private boolean openNextBatch() {
    while (nextBatchAt < bytes.limit()) {
      int at = nextBatchAt;
      BatchFault fault = check.checkOne(bytes, at, BatchCheck.LARGEST_BATCH_BYTES);
      if (fault != BatchFault.NONE) {
        throw corrupt(at, fault.sentence());
      }
      batchAt = at;
      nextBatchAt = at + BatchHeader.sizeInBytes(bytes, at);
      if (!BatchHeader.isControl(bytes, at)) {
        cursor.open(bytes, at);
        inBatch = true;
        return true;
      }
    }
    return false;
  }

  private MilenaException corrupt(int at, String why) {
    inBatch = false;
    nextBatchAt = bytes.limit();
    MilenaException failure =
        ClientReason.CORRUPT_BATCH.failure(
            "a batch of "
                + partition()
                + " that was asked for at offset "
                + fetched.wantedOffset()
                + " cannot be read: "
                + why,
            Map.of(
                "topic", partition().topic(),
                "partition", Integer.toString(partition().partition()),
                "bytePosition", Integer.toString(at)));
    unreadable.accept(partition(), failure);
    return failure;
  }

  /** The record's offset. */
  public long offset() {
    return cursor.offset();
  }

  /** The record's time in milliseconds since 1970. */
  public long timestampMs() {
    return cursor.timestamp();
  }

  /** Whether the time is the broker's, of the append, and not the producer's. */
  public boolean isLogAppendTime() {
    return BatchHeader.isLogAppendTime(bytes, batchAt);
  }

  /** The key; null is not the same as empty. */
  public @Nullable ByteBuffer key() {
    return cursor.hasKey() ? cursor.key() : null;
  }

  /** The value; null is not the same as empty. */
  public @Nullable ByteBuffer value() {
    return cursor.hasValue() ? cursor.value() : null;
  }

  /** The headers, in their order. */
  public List<Header> headers() {
    List<Header> headers = new ArrayList<>(cursor.headerCount());
    for (RecordHeader header : cursor.headers()) {
      headers.add(new Header(header.key(), header.hasValue() ? header.value() : null));
    }
    return headers;
  }

  /** The record with bytes of its own. */
  public ConsumedRecord copy() {
    List<Header> headers =
        headers().stream().map(h -> new Header(h.key(), copyOf(h.value()))).toList();
    return new ConsumedRecord(
        partition(), offset(), timestampMs(), copyOf(key()), copyOf(value()), headers);
  }

  private static @Nullable ByteBuffer copyOf(@Nullable ByteBuffer bytes) {
    return bytes == null
        ? null
        : ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
  }
}
