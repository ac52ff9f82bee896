package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.util.Optional;

/**
 * What one flush of one log has to do, put together by the log's loop and done by a flush thread.
 * It holds a lease on the file, so rolling or deleting the log meanwhile does not matter.
 */
@OwnedBy(Owner.FLUSH_THREAD)
final class FlushTarget {
  private final PartitionLog log;
  private final SegmentFile file;
  private final LogPosition to;
  private final int cuts;

  /** Takes over a lease on the file. */
  FlushTarget(PartitionLog log, SegmentFile file, LogPosition to, int cuts) {
    this.log = log;
    this.file = file;
    this.to = to;
    this.cuts = cuts;
  }

  PartitionLog log() {
    return log;
  }

  /** Does it, once, and gives the lease back. A failure takes the log offline before it is told. */
  FlushResult perform() {
    try {
      if (log.offlineReason().isEmpty()) {
        file.sync();
      }
    } catch (IOException failure) {
      log.fail(failure);
    } finally {
      file.release();
    }
    Optional<String> reason = log.offlineReason();
    return reason.isPresent()
        ? new FlushResult.FlushFailed(log, reason.get())
        : new FlushResult.Flushed(log, to, cuts);
  }

  /** What {@link #perform} threw takes the log offline, as a failed sync does. */
  FlushResult failed(RuntimeException bug) {
    return new FlushResult.FlushFailed(log, log.fail(new IOException("a bug: " + bug, bug)));
  }

  /** Gives the lease back without doing anything. */
  void drop() {
    file.release();
  }
}
