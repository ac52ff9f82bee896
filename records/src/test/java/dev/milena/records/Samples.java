package dev.milena.records;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Records and batches to test with, the same for the same seed. */
final class Samples {
  static final RecordLimits LIMITS = new RecordLimits(1 << 20, 4 << 20);

  private Samples() {}

  /** A record as plain values that can be compared; absent is null. */
  record Sample(
      long timestampMs,
      Optional<ByteBuffer> key,
      Optional<ByteBuffer> value,
      List<RecordHeader> headers) {}

  /**
   * A seed of the clock, or the one of {@code -Dmilena.seed=N}; printed so that a run can be
   * repeated.
   */
  static long seed(String test) {
    long seed = Long.getLong("milena.seed", System.nanoTime());
    System.out.printf(
        "%s: seed %d; again: ./mvnw -pl records -am test -Dtest=%s -Dmilena.seed=%d"
            + " -Dsurefire.failIfNoSpecifiedTests=false%n",
        test, seed, test, seed);
    return seed;
  }

  static List<Sample> records(SplittableRandom random, int count) {
    List<Sample> records = new ArrayList<>();
    long timestampMs = 1_700_000_000_000L;
    for (int i = 0; i < count; i++) {
      timestampMs += random.nextLong(-1_000, 5_000);
      List<RecordHeader> headers = new ArrayList<>();
      for (int h = random.nextInt(4); h > 0; h--) {
        String name = List.of("", "trace", "größe", "a").get(random.nextInt(4));
        headers.add(
            data(random, 20)
                .map(v -> RecordHeader.of(name, v))
                .orElseGet(() -> RecordHeader.ofNull(name)));
      }
      records.add(new Sample(timestampMs, data(random, 30), data(random, 300), headers));
    }
    return records;
  }

  /** As {@link #records}, with one that every compression makes smaller, be it the only one. */
  static List<Sample> shrinking(SplittableRandom random, int count) {
    List<Sample> records = records(random, count - 1);
    ByteBuffer alike = ByteBuffer.wrap(new byte[1_000]);
    records.add(new Sample(1_700_000_000_000L, Optional.empty(), Optional.of(alike), List.of()));
    return records;
  }

  /** Null, empty, or bytes of which most can be compressed. */
  static Optional<ByteBuffer> data(SplittableRandom random, int maxSize) {
    int size = random.nextInt(-2, maxSize);
    if (size < -1) {
      return Optional.empty();
    }
    byte[] bytes = new byte[Math.max(size, 0)];
    byte fill = (byte) random.nextInt();
    boolean compressible = random.nextInt(4) > 0;
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = compressible ? fill : (byte) random.nextInt();
    }
    return Optional.of(ByteBuffer.wrap(bytes));
  }

  /** A batch of its own memory. */
  static ByteBuffer batch(Compression compression, List<Sample> records) {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(compression, 1 << 24)) {
      for (Sample record : records) {
        append(builder, record);
      }
      return copy(builder.build());
    }
  }

  static void append(RecordBatchBuilder builder, Sample record) {
    if (!builder.append(
        record.timestampMs(),
        record.key().orElse(null),
        record.value().orElse(null),
        record.headers())) {
      throw new IllegalStateException("the builder is full");
    }
  }

  static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
  }

  static ByteBuffer direct(ByteBuffer bytes) {
    return ByteBuffer.allocateDirect(bytes.remaining()).put(bytes.duplicate()).flip();
  }

  /** What a cursor sees, copied out of it. */
  static List<Sample> read(RecordCursor cursor) {
    List<Sample> records = new ArrayList<>();
    while (cursor.next()) {
      List<RecordHeader> headers = new ArrayList<>();
      for (RecordHeader header : cursor.headers()) {
        headers.add(
            header.hasValue()
                ? RecordHeader.of(header.key(), copy(header.value()))
                : RecordHeader.ofNull(header.key()));
      }
      records.add(
          new Sample(
              cursor.timestamp(),
              cursor.hasKey() ? Optional.of(copy(cursor.key())) : Optional.empty(),
              cursor.hasValue() ? Optional.of(copy(cursor.value())) : Optional.empty(),
              headers));
    }
    return records;
  }

  static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Makes the length and the CRC true again after a test has changed bytes. */
  static ByteBuffer reseal(ByteBuffer batch) {
    batch.putInt(BatchHeader.LENGTH_AT, batch.limit() - BatchHeader.LENGTH_END);
    batch.putInt(BatchHeader.CRC_AT, new BatchChecksum().of(batch, 0, batch.limit()));
    return batch;
  }

  /** A batch with a header as given and any bytes for records; length and CRC are true. */
  static ByteBuffer batchOf(Compression compression, int recordCount, byte[] body) {
    ByteBuffer batch = ByteBuffer.allocate(BatchHeader.SIZE + body.length);
    batch.put(BatchHeader.MAGIC_AT, BatchHeader.MAGIC);
    batch.putShort(BatchHeader.ATTRIBUTES_AT, (short) compression.code());
    batch.putInt(BatchHeader.LAST_OFFSET_DELTA_AT, recordCount - 1);
    batch.putInt(BatchHeader.RECORD_COUNT_AT, recordCount);
    batch.put(BatchHeader.SIZE, body);
    return reseal(batch);
  }
}
