package dev.milena.broker.core;

import dev.milena.records.Compression;
import dev.milena.records.ProducerStamp;
import dev.milena.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Batches for tests, built as a client builds them. */
public final class SampleBatches {
  private SampleBatches() {}

  /** One batch with a record for each value, all at one time. */
  public static ByteBuffer of(long timestampMs, String... values) {
    return of(Compression.NONE, timestampMs, values);
  }

  /** One batch with a record for each value, as its producer has numbered it. */
  public static ByteBuffer numbered(long id, int epoch, int sequence, String... values) {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, 1 << 20)) {
      builder.producer(new ProducerStamp(id, (short) epoch, sequence, false));
      for (String value : values) {
        builder.append(1_000, null, bytes(value), List.of());
      }
      ByteBuffer built = builder.build();
      return ByteBuffer.allocate(built.remaining()).put(built).flip();
    }
  }

  /** One compressed batch with a record for each value. */
  public static ByteBuffer of(Compression compression, long timestampMs, String... values) {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(compression, 1 << 24)) {
      for (String value : values) {
        if (!builder.append(timestampMs, null, bytes(value), List.of())) {
          throw new IllegalArgumentException("does not fit: " + value);
        }
      }
      ByteBuffer built = builder.build();
      return ByteBuffer.allocate(built.remaining()).put(built).flip();
    }
  }

  /** Batches one after another. */
  public static ByteBuffer joined(ByteBuffer... batches) {
    int size = 0;
    for (ByteBuffer batch : batches) {
      size += batch.remaining();
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    for (ByteBuffer batch : batches) {
      all.put(batch.duplicate());
    }
    return all.flip();
  }

  /** UTF-8. */
  public static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Text of UTF-8. */
  public static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }
}
