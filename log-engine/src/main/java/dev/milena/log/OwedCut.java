package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.util.ArrayDeque;

/**
 * What a truncation has to do on the device, in the order that a crash cannot hurt. In memory the
 * log ends where it was cut before the first step is made, and takes no appends before the last.
 *
 * <pre>
 *   segments behind   from the last one backwards, each gone for good before the next: no gaps
 *   index             of the segment that was cut: it would bear false witness
 *   beside            what is known of batches behind
 *   bytes behind      and the sync
 * </pre>
 *
 * <p>A crash on the way leaves a log that is longer than it was cut, and whole; so the directory's
 * checkpoint must vouch for nothing above the cut by then. A device that has no room for a step is
 * asked again, from that step on.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class OwedCut {
  private final LogFiles files;
  private final ActiveSegment front;
  private final ArrayDeque<Doomed> segments = new ArrayDeque<>();

  /** Cuts what lies beside the segments. */
  interface Beside {
    void cut() throws IOException;
  }

  private record Doomed(SegmentFile file, long baseOffset) {}

  /**
   * A cut behind a front.
   *
   * @param front the last segment that stays, as it shall be
   */
  OwedCut(LogFiles files, ActiveSegment front) {
    this.files = files;
    this.front = front;
  }

  /** Adds a segment that goes as a whole; the last one of the log is added first. */
  void addSegment(SegmentFile file, long baseOffset) {
    segments.addLast(new Doomed(file, baseOffset));
  }

  /** Has every leased file opened before the folder gets another name. */
  void keepReadable() throws IOException {
    for (Doomed each : segments) {
      each.file().keepReadable();
    }
  }

  /**
   * Does all that is left to do.
   *
   * @param beside what lies beside is then as of the cut; recovery learns the rest from batches
   * @throws dev.milena.log.disk.NoSpaceException when the device is full: it may be called again
   * @throws IOException for everything else, finally
   */
  void make(Beside beside) throws IOException {
    while (!segments.isEmpty()) {
      Doomed last = segments.getFirst();
      files.delete(last.file(), last.baseOffset());
      files.sync();
      segments.removeFirst();
    }
    files.deleteIndexes(front.baseOffset());
    beside.cut();
    front.cutBehind();
  }
}
