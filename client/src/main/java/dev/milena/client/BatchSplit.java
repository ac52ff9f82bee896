package dev.milena.client;

import dev.milena.records.BatchHeader;
import dev.milena.records.Compression;
import dev.milena.records.RecordBatchBuilder;
import dev.milena.records.RecordCursor;
import dev.milena.records.RecordLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Halves a batch that a broker refused, so that at last only the records it really refuses fail:
 * because the batch was too large for the topic, or because one record in it is not to be had.
 */
final class BatchSplit {
  /** Our own batch: whatever is in it was ours. */
  private static final RecordLimits LIMITS = new RecordLimits(1 << 30, 1L << 31);

  private BatchSplit() {}

  /**
   * Builds two batches of half the records each, to be sent alone, in order. The first batch is
   * finished when both are.
   *
   * @param batch of at least two records
   */
  static List<SendBatch> halves(SendBatch batch, SendBatch.Finish whenBothFinish) {
    ByteBuffer bytes = batch.bytes();
    int half = batch.recordCount() / 2;
    AtomicInteger unfinished = new AtomicInteger(2);
    SendBatch.Finish finish =
        acknowledged -> {
          if (unfinished.decrementAndGet() == 0) {
            whenBothFinish.finished(acknowledged);
          }
        };
    try (RecordCursor cursor = new RecordCursor(LIMITS)) {
      cursor.open(bytes, bytes.position());
      return List.of(
          part(batch, cursor, 0, half, finish),
          part(batch, cursor, half, batch.recordCount(), finish));
    }
  }

  private static SendBatch part(
      SendBatch batch, RecordCursor cursor, int from, int to, SendBatch.Finish finish) {
    ByteBuffer bytes = batch.bytes();
    Compression compression =
        Compression.ofCode(BatchHeader.compressionCode(bytes, bytes.position()));
    ByteBuffer built;
    try (RecordBatchBuilder builder =
        new RecordBatchBuilder(compression, plainBytes(batch, compression))) {
      for (int i = from; i < to; i++) {
        if (!cursor.next() || !append(builder, cursor)) {
          throw new IllegalStateException("a batch of ours cannot be read: " + cursor.fault());
        }
      }
      ByteBuffer lent = builder.build();
      built = ByteBuffer.allocate(lent.remaining()).put(lent).flip();
    }
    SendBatch part =
        new SendBatch(
            batch.partition(),
            built,
            new SendBatch.Waiting.Records(futures(batch, from, to)),
            batch.createdNanos(),
            finish);
    part.inherit(batch);
    part.sendAlone();
    return part;
  }

  private static boolean append(RecordBatchBuilder builder, RecordCursor cursor) {
    @Nullable ByteBuffer key = cursor.hasKey() ? cursor.key() : null;
    @Nullable ByteBuffer value = cursor.hasValue() ? cursor.value() : null;
    return builder.append(cursor.timestamp(), key, value, cursor.headers());
  }

  /** Records of a compressed batch are larger when they are read. */
  private static int plainBytes(SendBatch batch, Compression compression) {
    return compression == Compression.NONE ? batch.sizeInBytes() : Integer.MAX_VALUE / 2;
  }

  private static List<CompletableFuture<RecordPlace>> futures(SendBatch batch, int from, int to) {
    return switch (batch.waiting()) {
      case SendBatch.Waiting.Records(var all) -> new ArrayList<>(all.subList(from, to));
      case SendBatch.Waiting.Whole _ ->
          throw new IllegalStateException("whole batches are not split");
    };
  }
}
