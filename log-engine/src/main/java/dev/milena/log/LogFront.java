package dev.milena.log;

import dev.milena.log.disk.NoSpaceException;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.util.List;

/** What a log forgets at its front; which segments those are {@link Retention} decides. */
@OwnedBy(Owner.PARTITION_LOOP)
final class LogFront {
  private final PartitionLog log;
  private final LogDirectory directory;
  private final Segments segments;
  private final EpochHistory epochs;
  private final SegmentSeal seal;

  LogFront(
      PartitionLog log, LogDirectory directory, LogRecovery.Recovered recovered, SegmentSeal seal) {
    this.log = log;
    this.directory = directory;
    this.segments = recovered.segments();
    this.epochs = recovered.epochs();
    this.seal = seal;
  }

  /** As {@link PartitionLog#forgetBefore}. */
  int startAt(long offset) {
    log.startsAt(offset);
    epochs.truncateStart(offset);
    return drop(Retention.before(segments, offset));
  }

  /** As {@link PartitionLog#retain}, of a log that is not offline. */
  int retain(LogSettings settings, long nowMs, long limit) {
    seal.expireProducers(settings, nowMs);
    try {
      log.settleCut();
      if (Retention.activeIsExpired(segments, settings, nowMs, limit)) {
        seal.rollToForget();
        log.flushedTo(segments.active().end());
      }
    } catch (NoSpaceException full) {
      // What is closed already may go all the same and make room; the rest has its turn again.
    } catch (IOException failure) {
      log.fail(failure);
      return 0;
    }
    return drop(Retention.expired(segments, settings, nowMs, limit));
  }

  private int drop(int count) {
    if (count == 0) {
      return 0;
    }
    List<Segment> dropped = segments.dropFront(count);
    log.startsAt(Math.max(log.logStart(), segments.firstOffset()));
    epochs.truncateStart(log.logStart());
    directory.forget(segments.files(), dropped);
    return count;
  }
}
