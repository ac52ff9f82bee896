package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.records.BatchCheck;
import dev.milena.records.BatchFault;
import dev.milena.records.BatchHeader;
import dev.milena.records.Compression;
import dev.milena.records.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** Batches and logs as the tests need them. */
public final class LogFixtures {
  /** Small segments, so that a short script rolls. */
  public static final LogSettings SMALL =
      new LogSettings(
          4096,
          1_000_000,
          new LogSettings.Index(256, 1 << 20),
          new LogSettings.Kept(-1, -1, 86_400_000),
          1 << 20,
          TimestampType.CREATE_TIME);

  static final Path ROOT = Path.of("logs");

  private LogFixtures() {}

  /**
   * A batch of records without keys.
   *
   * @param timestampMs of all records
   * @param valueBytes of each; no byte is zero, so that a torn sector cannot look like a value
   */
  public static ByteBuffer batch(
      SplittableRandom random, int records, int valueBytes, long timestampMs) {
    RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, 1 << 24);
    for (int i = 0; i < records; i++) {
      byte[] value = new byte[valueBytes];
      for (int b = 0; b < value.length; b++) {
        value[b] = (byte) random.nextInt(1, 256);
      }
      if (!builder.append(timestampMs, null, ByteBuffer.wrap(value), List.of())) {
        throw new IllegalArgumentException("record " + i + " does not fit");
      }
    }
    return builder.build();
  }

  static ByteBuffer batch(int records) {
    return batch(new SplittableRandom(records), records, 20, 1_000);
  }

  static LogDirectory directory(Disk disk) throws IOException {
    return LogDirectory.open(disk, ROOT, new UUID(1, 2));
  }

  /** All batches from an offset to the log's visible end, checked. */
  static List<byte[]> read(PartitionLog log, long from, int maxBytes, long visibleEnd)
      throws IOException, OffsetOutOfRange {
    List<byte[]> slices = new ArrayList<>();
    long next = from;
    while (next < Math.min(visibleEnd, log.logEnd())) {
      try (LogSlice slice = log.locate(next, maxBytes, visibleEnd)) {
        slice.trim();
        if (slice.isEmpty()) {
          return slices;
        }
        check(slice);
        slices.add(bytes(slice));
        next = slice.endOffset();
      }
    }
    return slices;
  }

  /**
   * Reads all of a slice and checks each batch, and that offsets are dense up to its end.
   *
   * @throws CorruptLog naming the first batch that is damaged
   */
  static void check(LogSlice slice) throws IOException {
    ByteBuffer batches = ByteBuffer.wrap(bytes(slice));
    BatchCheck check = BatchCheck.ofStored();
    BatchFault fault = check.check(batches, BatchCheck.LARGEST_BATCH_BYTES);
    if (fault != BatchFault.NONE) {
      throw new CorruptLog(ROOT, check.goodEnd(), fault.sentence());
    }
    for (int at = 0; at < batches.limit(); ) {
      int next = at + BatchHeader.sizeInBytes(batches, at);
      long end = BatchHeader.endOffset(batches, at);
      long expected =
          next < batches.limit() ? BatchHeader.baseOffset(batches, next) : slice.endOffset();
      if (end != expected) {
        throw new CorruptLog(ROOT, next, "offset " + expected + " comes after " + end);
      }
      at = next;
    }
  }

  /** Whether anything was found that an orderly stop would not have left. */
  static boolean foundWork(RecoveryReport report) {
    return report.scannedBytes() > 0
        || report.walkedBytes() > 0
        || report.cutBytes() > 0
        || report.deletedFiles() > 0;
  }

  /** Small segments that are rolled at an age, too. */
  static LogSettings withSegmentMs(long ms) {
    return new LogSettings(
        SMALL.segmentBytes(), ms, SMALL.index(), SMALL.kept(), 1 << 20, TimestampType.CREATE_TIME);
  }

  /** Small segments of batches that are no larger. */
  static LogSettings withMaxBatchBytes(int bytes) {
    return new LogSettings(
        SMALL.segmentBytes(),
        SMALL.segmentMs(),
        SMALL.index(),
        SMALL.kept(),
        bytes,
        TimestampType.CREATE_TIME);
  }

  /** Small segments under another clock. */
  static LogSettings withTimestampType(TimestampType type) {
    return new LogSettings(
        SMALL.segmentBytes(), SMALL.segmentMs(), SMALL.index(), SMALL.kept(), 1 << 20, type);
  }

  static byte[] bytes(LogSlice slice) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(slice.sizeInBytes());
    slice.read(0, all);
    return all.array();
  }

  static byte[] copy(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }
}
