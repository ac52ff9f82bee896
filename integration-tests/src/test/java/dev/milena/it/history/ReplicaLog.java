package dev.milena.it.history;

import dev.milena.records.BatchCheck;
import dev.milena.records.BatchFault;
import dev.milena.records.BatchHeader;
import dev.milena.records.RecordCursor;
import dev.milena.records.RecordFault;
import dev.milena.records.RecordLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * What lies in the segments of one partition at a node that does not run: docs/FORMAT.md says how.
 */
final class ReplicaLog {
  private static final RecordLimits LIMITS = new RecordLimits(1 << 20, 1 << 24);

  private final int node;
  private final String topic;
  private final int partition;
  private final BatchCheck check = BatchCheck.ofStored();

  ReplicaLog(int node, String topic, int partition) {
    this.node = node;
    this.topic = topic;
    this.partition = partition;
  }

  /** Tells all of it, in its order. */
  void read(Path log, Consumer<Event> take) throws IOException {
    try (Stream<Path> files = Files.list(log)) {
      List<Path> segments =
          files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
      for (Path segment : segments) {
        read(segment, ByteBuffer.wrap(Files.readAllBytes(segment)), take);
      }
    }
  }

  private void read(Path segment, ByteBuffer bytes, Consumer<Event> take) {
    try (RecordCursor cursor = new RecordCursor(LIMITS)) {
      int at = 0;
      while (at < bytes.limit()) {
        BatchFault fault = check.checkOne(bytes, at, BatchCheck.LARGEST_BATCH_BYTES);
        if (fault != BatchFault.NONE) {
          take.accept(damaged(0, "%s at byte %s: %s".formatted(segment, at, fault.sentence())));
          return;
        }
        cursor.open(bytes, at);
        readBatch(cursor, bytes, at, take);
        at += BatchHeader.sizeInBytes(bytes, at);
      }
    }
  }

  private void readBatch(RecordCursor cursor, ByteBuffer bytes, int at, Consumer<Event> take) {
    CRC32C print = new CRC32C();
    print.update(bytes.slice(at, BatchHeader.sizeInBytes(bytes, at)));
    int epoch = BatchHeader.partitionLeaderEpoch(bytes, at);
    while (cursor.next()) {
      long offset = cursor.offset();
      take.accept(
          Readings.event(
              "the log of node " + node,
              topic,
              partition,
              offset,
              cursor.hasValue() ? cursor.value() : ByteBuffer.allocate(0),
              value -> new Event.Stored(node, offset, value, epoch, (int) print.getValue())));
    }
    if (cursor.fault() != RecordFault.NONE) {
      take.accept(damaged(BatchHeader.baseOffset(bytes, at), cursor.fault().toString()));
    }
  }

  private Event damaged(long offset, String why) {
    return new Event.Damaged("the log of node " + node, partition, offset, why);
  }
}
