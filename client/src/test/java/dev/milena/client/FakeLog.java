package dev.milena.client;

import dev.milena.records.BatchHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One partition's batches in memory, with dense offsets. */
final class FakeLog {
  private final List<ByteBuffer> batches = new ArrayList<>();
  private long start;
  private long end;
  private boolean damaged;

  /** Appends whole batches; returns the first one's offset. */
  synchronized long append(ByteBuffer run) {
    long base = end;
    int at = 0;
    while (at < run.limit()) {
      int size = BatchHeader.sizeInBytes(run, at);
      ByteBuffer batch = ByteBuffer.allocate(size).put(run.slice(at, size)).flip();
      BatchHeader.patch(batch, 0, end, 7);
      end = BatchHeader.endOffset(batch, 0);
      batches.add(batch);
      at += size;
    }
    return base;
  }

  synchronized long end() {
    return end;
  }

  /** The first offset still kept. */
  synchronized long start() {
    return start;
  }

  /** As retention does; what lies before is out of range. */
  synchronized void startAt(long offset) {
    start = offset;
  }

  synchronized boolean isDamaged() {
    return damaged;
  }

  /** Nothing of it can be read any more. */
  synchronized void damage() {
    damaged = true;
  }

  /** Whole batches from the one that holds an offset; one even if larger than the bound. */
  synchronized ByteBuffer read(long from, int maxBytes) {
    List<ByteBuffer> taken = new ArrayList<>();
    int bytes = 0;
    for (ByteBuffer batch : batches) {
      boolean wanted = BatchHeader.endOffset(batch, 0) > from;
      if (wanted && (taken.isEmpty() || bytes + batch.limit() <= maxBytes)) {
        taken.add(batch);
        bytes += batch.limit();
      } else if (wanted) {
        break;
      }
    }
    ByteBuffer run = ByteBuffer.allocate(bytes);
    taken.forEach(b -> run.put(b.duplicate()));
    return run.flip();
  }

  /** The offset after the last batch of a run. */
  static long endOf(ByteBuffer run, long otherwise) {
    long end = otherwise;
    for (int at = 0; at < run.limit(); at += BatchHeader.sizeInBytes(run, at)) {
      end = BatchHeader.endOffset(run, at);
    }
    return end;
  }
}
