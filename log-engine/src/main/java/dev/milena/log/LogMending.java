package dev.milena.log;

import dev.milena.log.disk.NoSpaceException;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What an open log has done about bytes that its disk has changed. */
@OwnedBy(Owner.PARTITION_LOOP)
public final class LogMending {
  private final PartitionLog log;
  private final Segments segments;

  LogMending(PartitionLog log, Segments segments) {
    this.log = log;
    this.segments = segments;
  }

  /**
   * Begins to look over the segment that holds an offset, as far as it is flushed.
   *
   * @param offset in {@code [logStart, flushedEnd)}
   * @return what the caller closes
   */
  public SegmentInspection inspect(long offset) throws OffsetOutOfRange {
    if (offset < log.logStart() || offset >= log.flushedEnd()) {
      throw new OffsetOutOfRange(offset, log.logStart(), log.flushedEnd());
    }
    Segment part = segments.flushedPart(offset, log.mark().flushed());
    return new SegmentInspection(log, part.file().lease(), part.facts(), log.epochs().copy());
  }

  /**
   * Puts a batch, as another replica has it, in place of the damaged one that an inspection found.
   *
   * @param batch nothing else
   * @return in words, why it does not belong there; empty when it is written, and {@link
   *     SegmentInspection#look} syncs it
   * @throws NoSpaceException when there is no room for it
   * @throws IOException for everything else: the log is offline
   */
  public String put(SegmentInspection damaged, ByteBuffer batch) throws IOException {
    try {
      return damaged.put(batch);
    } catch (NoSpaceException full) {
      throw full;
    } catch (IOException failure) {
      log.fail(failure);
      throw failure;
    }
  }
}
