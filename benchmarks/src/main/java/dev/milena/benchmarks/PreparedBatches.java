package dev.milena.benchmarks;

import dev.milena.records.Compression;
import dev.milena.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Batches of random records, made before anything is measured and sent over and over: what counts
 * is client, wire, broker and disk, not the making of random numbers.
 */
final class PreparedBatches {
  private static final int ROOM_FOR_HEADERS = 256;

  private PreparedBatches() {}

  /** Batches as full as they get. */
  static List<ByteBuffer> full(int count, int batchBytes, int recordBytes) {
    return made(count, batchBytes, recordBytes, Integer.MAX_VALUE);
  }

  /** Batches of a single record. */
  static List<ByteBuffer> ofOneRecord(int count, int recordBytes) {
    return made(count, recordBytes + ROOM_FOR_HEADERS, recordBytes, 1);
  }

  private static List<ByteBuffer> made(int count, int batchBytes, int recordBytes, int most) {
    SplittableRandom random = new SplittableRandom(1);
    List<ByteBuffer> batches = new ArrayList<>();
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, batchBytes)) {
      for (int i = 0; i < count; i++) {
        builder.clear();
        byte[] value = new byte[recordBytes];
        int records = 0;
        boolean taken = true;
        while (taken && records < most) {
          random.nextBytes(value);
          taken =
              builder.append(System.currentTimeMillis(), null, ByteBuffer.wrap(value), List.of());
          records++;
        }
        ByteBuffer built = builder.build();
        batches.add(ByteBuffer.allocateDirect(built.remaining()).put(built).flip());
      }
    }
    return batches;
  }
}
