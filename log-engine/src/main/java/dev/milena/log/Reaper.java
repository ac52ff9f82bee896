package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes room in a log directory, step by step: what retention and deletions let go is deleted in
 * the order that a crash cannot hurt. A step has an end, however large what is deleted, and holds
 * no lock that an opening, a deletion or a checkpoint wants.
 */
@OwnedBy(Owner.ANY_THREAD)
final class Reaper {
  /** So many files of each kind go in one step. */
  private static final int MOST_AT_ONCE = 32;

  private final SegmentReaper segments = new SegmentReaper();
  private final DeletedLogs logs;
  private final ReentrantLock stepping = new ReentrantLock();

  Reaper(Disk disk) {
    this.logs = new DeletedLogs(disk);
  }

  /** Writes down what the directory knows now. */
  interface Checkpointing {
    void write() throws IOException;
  }

  /** Segments that retention let go. */
  SegmentReaper segments() {
    return segments;
  }

  /** Logs that were deleted. */
  DeletedLogs logs() {
    return logs;
  }

  /**
   * One step. What fails keeps nothing else from being deleted, and has its turn again in the next.
   *
   * @return how many files and folders went; 0 when there was nothing, or another thread is at it
   * @throws IOException when nothing went and something could not be deleted, or when no checkpoint
   *     could be written
   */
  int step(Checkpointing checkpoint) throws IOException {
    if (!stepping.tryLock()) {
      return 0;
    }
    try {
      DeletedLogs.Step unlinked = logs.unlink(MOST_AT_ONCE);
      DeletedLogs.Step known = segments.delete(SegmentReaper.KNOWN, MOST_AT_ONCE);
      long last = segments.lastNumber();
      List<Path> empty = logs.emptied();
      checkpoint.write();
      DeletedLogs.Step reaped = segments.delete(last, MOST_AT_ONCE - known.count());
      DeletedLogs.Step removed = logs.remove(empty);
      int gone = unlinked.count() + known.count() + reaped.count() + removed.count();
      Optional<IOException> failure =
          unlinked.failure().or(known::failure).or(reaped::failure).or(removed::failure);
      if (gone == 0 && failure.isPresent()) {
        throw failure.get();
      }
      return gone;
    } finally {
      stepping.unlock();
    }
  }
}
