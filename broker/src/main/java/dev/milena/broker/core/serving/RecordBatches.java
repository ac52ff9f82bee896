package dev.milena.broker.core.serving;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.PlainRecord;
import dev.milena.broker.core.Refusal;
import dev.milena.records.BatchCheck;
import dev.milena.records.BatchHeader;
import dev.milena.records.Compression;
import dev.milena.records.RecordBatchBuilder;
import dev.milena.records.RecordHeader;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the batches of one partition out of records in the clear: as few as the topic's bound
 * allows, one after another in one buffer, so that they are appended as one. One for a call.
 *
 * <p>A record of a few bytes may need a batch of its own, which is 61 bytes longer: so what is
 * built can be many times what was sent, and takes its room before it takes the memory.
 */
final class RecordBatches {
  private final int maxBatchBytes;
  private final long nowMs;
  private final BytesInFlight.Share room;

  /**
   * For one call.
   *
   * @param maxBatchBytes max.message.bytes of the topic
   * @param nowMs the time of records that bring none
   * @param room for all batches of the call. The one that is being filled comes on top, and for a
   *     moment a second copy of a partition's
   */
  RecordBatches(int maxBatchBytes, long nowMs, BytesInFlight.Share room) {
    this.maxBatchBytes = Math.min(maxBatchBytes, BatchCheck.LARGEST_BATCH_BYTES);
    this.nowMs = nowMs;
    this.room = room;
  }

  /** What came of it. */
  sealed interface Built {
    /** Whole batches from position to limit, which is all that there is of the buffer. */
    record Batches(ByteBuffer bytes) implements Built {}

    /** A record is not one a client may write, or there is no room. */
    record Unfit(Refusal refusal) implements Built {}
  }

  /**
   * Builds.
   *
   * @param places which of the records, in this order; empty: all
   */
  Built build(PartitionName where, List<PlainRecord> records, List<Integer> places) {
    if (maxBatchBytes <= BatchHeader.SIZE) {
      return tooLarge(where, 0, BatchHeader.SIZE + 1);
    }
    int count = places.isEmpty() ? records.size() : places.size();
    Run run = new Run();
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, maxBatchBytes)) {
      for (int i = 0; i < count && !run.isFull(); i++) {
        int place = places.isEmpty() ? i : places.get(i);
        PlainRecord record = records.get(place);
        if (record.timestampMs() < 0 && record.timestampMs() != PlainRecord.NOW) {
          return negativeTime(where, place, record.timestampMs());
        }
        boolean fits = append(builder, record);
        if (!fits && builder.recordCount() > 0) {
          run.add(builder.build());
          builder.clear();
          fits = append(builder, record);
        }
        if (!fits) {
          return tooLarge(where, place, sizeOf(record));
        }
      }
      run.add(builder.build());
      return run.isFull() ? new Built.Unfit(room.full(where)) : new Built.Batches(run.whole());
    }
  }

  /** Batches one behind the other. It doubles, so that each byte is copied but a few times. */
  private final class Run {
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private boolean full;

    /** Adds a copy, unless there is no room. */
    void add(ByteBuffer batch) {
      int needed = Math.addExact(bytes.position(), batch.remaining());
      if (needed > bytes.capacity()) {
        int capacity = Math.clamp(2L * bytes.capacity(), needed, Integer.MAX_VALUE);
        full |= !room.tryGrow(capacity - bytes.capacity());
        bytes = full ? bytes : ByteBuffer.allocate(capacity).put(bytes.flip());
      }
      if (!full) {
        bytes.put(batch);
      }
    }

    /** Whether a batch found no room. */
    boolean isFull() {
      return full;
    }

    /** All of them, in a buffer that is no longer than they are. */
    ByteBuffer whole() {
      bytes.flip();
      return bytes.limit() == bytes.capacity()
          ? bytes
          : ByteBuffer.allocate(bytes.limit()).put(bytes).flip();
    }
  }

  private boolean append(RecordBatchBuilder builder, PlainRecord record) {
    long timeMs = record.timestampMs() == PlainRecord.NOW ? nowMs : record.timestampMs();
    return builder.append(timeMs, keyOf(record), valueOf(record), record.headers());
  }

  private static int sizeOf(PlainRecord record) {
    List<RecordHeader> headers = record.headers();
    return RecordBatchBuilder.sizeOfOne(keyOf(record), valueOf(record), headers);
  }

  private static @Nullable ByteBuffer keyOf(PlainRecord record) {
    return record.hasKey() ? record.key() : null;
  }

  private static @Nullable ByteBuffer valueOf(PlainRecord record) {
    return record.hasValue() ? record.value() : null;
  }

  private Built tooLarge(PartitionName where, int place, int neededBytes) {
    return new Built.Unfit(
        Refusal.of(
                ErrorKind.RECORD_TOO_LARGE,
                where,
                ("record %s of the request needs a batch of %s bytes and max.message.bytes of the"
                        + " topic is %s; nothing was stored")
                    .formatted(place, neededBytes, maxBatchBytes))
            .with("record", Integer.toString(place))
            .with("maxBytes", Integer.toString(maxBatchBytes)));
  }

  private static Built negativeTime(PartitionName where, int place, long timestampMs) {
    return new Built.Unfit(
        Refusal.of(
                ErrorKind.INVALID_RECORD,
                where,
                "record %s of the request has the time %s ms; it must not lie before 1970"
                    .formatted(place, timestampMs))
            .with("record", Integer.toString(place)));
  }
}
