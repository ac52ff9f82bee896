package dev.milena.log;

import dev.milena.log.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads a batch of a log that cannot be opened, for a replica that lacks just that one. Where two
 * replicas are damaged, each in another batch, one of them can always give what the other needs:
 * nothing is read behind what is damaged, and the first damage of all has whole batches in front.
 */
final class ClosedLogReading {
  private ClosedLogReading() {}

  /**
   * Reads a segment, CRC and all, up to a batch.
   *
   * @param offset the batch's first
   * @return empty when there is none, or what lies in front of it is damaged too
   */
  static Optional<ByteBuffer> batchAt(Disk disk, Path folder, long offset) throws IOException {
    long base = -1;
    for (String name : disk.list(folder)) {
      OptionalLong segment = SegmentName.baseOffset(name);
      if (segment.isPresent() && segment.getAsLong() <= offset) {
        base = Math.max(base, segment.getAsLong());
      }
    }
    if (base < 0) {
      return Optional.empty();
    }
    SegmentFile segment = new SegmentFile(disk, SegmentName.log(folder, base)).lease();
    try {
      int bytes = (int) Math.min(Integer.MAX_VALUE, segment.file().sizeInBytes());
      BatchWalk walk = BatchWalk.checking(segment, bytes);
      long next = base;
      for (int at = 0; at < bytes && next <= offset; at = walk.endPosition()) {
        if (!walk.step(at, next, BatchWalk.ANY_EPOCH).isEmpty()) {
          return Optional.empty();
        }
        if (next == offset) {
          // its length is right, now that its CRC is
          ByteBuffer batch = ByteBuffer.allocate(walk.sizeInBytes());
          WholeIo.readFully(segment.file(), batch, at);
          return Optional.of(batch.flip());
        }
        next = walk.endOffset();
      }
      return Optional.empty();
    } finally {
      segment.release();
    }
  }
}
