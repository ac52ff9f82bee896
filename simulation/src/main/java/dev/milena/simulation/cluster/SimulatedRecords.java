package dev.milena.simulation.cluster;

import dev.milena.records.Compression;
import dev.milena.records.ProducerStamp;
import dev.milena.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Records that are recognized wherever they turn up: each has a number that no other has. */
final class SimulatedRecords {
  private SimulatedRecords() {}

  /** The values of a few records, mostly of few bytes, sometimes of many. */
  static List<ByteBuffer> some(SplittableRandom random) {
    List<ByteBuffer> values = new ArrayList<>();
    for (int count = 1 + random.nextInt(8); count > 0; count--) {
      values.add(one(random));
    }
    return values;
  }

  private static ByteBuffer one(SplittableRandom random) {
    int size = random.nextInt(40) == 0 ? random.nextInt(20_000) : random.nextInt(120);
    ByteBuffer value = ByteBuffer.allocate(Long.BYTES + size);
    value.putLong(random.nextLong());
    byte fill = (byte) random.nextInt();
    while (value.hasRemaining()) {
      value.put(fill++);
    }
    return value.flip();
  }

  /** One batch of them. */
  static ByteBuffer batch(List<ByteBuffer> values, ProducerStamp stamp, long timeMs) {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, 1 << 20)) {
      builder.producer(stamp);
      for (ByteBuffer value : values) {
        if (!builder.append(timeMs, null, value, List.of())) {
          throw new IllegalStateException("the batch is too small for its records");
        }
      }
      ByteBuffer built = builder.build();
      return ByteBuffer.allocate(built.remaining()).put(built).flip();
    }
  }
}
