package dev.milena.log;

import dev.milena.log.disk.NoSpaceException;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a log in order, and where in them things lie.
 *
 * <pre>
 *   closed: [100, 140) [140, 185)    active: [185, 203
 * </pre>
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class Segments {
  private final LogFiles files;
  private final List<Segment> closed;
  private ActiveSegment active;
  private long closedBytes;

  /**
   * A roll failed at the next segment, whose name may survive a power cut and would say that this
   * one ends here: so nothing is added to it before the next one is there.
   */
  private boolean sealed;

  private @Nullable OwedCut owed;

  Segments(LogFiles files, List<Segment> closed, ActiveSegment active) {
    this.files = files;
    this.closed = new ArrayList<>(closed);
    this.active = active;
    for (Segment segment : closed) {
      closedBytes += segment.sizeInBytes();
    }
  }

  LogFiles files() {
    return files;
  }

  ActiveSegment active() {
    return active;
  }

  List<Segment> closed() {
    return closed;
  }

  long sizeInBytes() {
    return closedBytes + active.sizeInBytes();
  }

  long firstOffset() {
    return closed.isEmpty() ? active.baseOffset() : closed.getFirst().baseOffset();
  }

  /** Whether these batches belong into another segment; see {@link ActiveSegment#isFullFor}. */
  boolean isFullFor(int bytes, long end, long nowMs, LogSettings settings) {
    return sealed || active.isFullFor(bytes, end, nowMs, settings);
  }

  /**
   * Closes the active segment and begins the next. Afterwards everything in the closed one is on
   * the device and its indexes say so, which is why a crash never has more than the active segment
   * to scan.
   *
   * @throws SyncFailed finally
   * @throws NoSpaceException with everything as it was, but for an older index of the segment
   */
  void roll() throws IOException {
    active.sync();
    active.requireCut();
    try {
      active.writeIndexes(files);
      files.reserve().requireWhole();
    } catch (NoSpaceException full) {
      files.giveBackIndexes(active.baseOffset(), full);
      throw full;
    }
    beginNext();
  }

  /**
   * As {@link #roll}, of a segment that is about to be forgotten: no index, which takes room. A
   * start that finds it all the same makes one.
   */
  void rollToForget() throws IOException {
    active.sync();
    active.requireCut();
    beginNext();
  }

  private void beginNext() throws IOException {
    IndexHeader facts = active.facts();
    SegmentFile full = active.file();
    if (sealed) {
      files.deleteUnused(facts.endOffset());
    }
    sealed = true;
    // The next segment takes over the index, emptied, once its file is there.
    active = files.create(facts.endOffset(), active.index());
    sealed = false;
    closed.add(new Segment(full, facts));
    closedBytes += facts.logBytes();
    full.release();
  }

  /** Has every leased file opened before the folder gets another name. */
  void keepReadable() throws IOException {
    for (Segment segment : closed) {
      segment.file().keepReadable();
    }
    active.file().keepReadable();
    OwedCut cut = owed;
    if (cut != null) {
      cut.keepReadable();
    }
  }

  /** Makes room at the front; the files stay until the reaper comes. */
  List<Segment> dropFront(int count) {
    List<Segment> dropped = List.copyOf(closed.subList(0, count));
    for (Segment segment : dropped) {
      closedBytes -= segment.sizeInBytes();
    }
    closed.subList(0, count).clear();
    return dropped;
  }

  /**
   * What is left of the segment that holds an offset when everything at and above it goes, or
   * everything from the front of the batch that holds it. Changes nothing; reads headers.
   *
   * @return over a handle of its own, with a lease on it that the caller gives back unless {@link
   *     #cutTo} takes it over
   */
  ActiveSegment frontUpTo(long offset, int indexIntervalBytes) throws IOException {
    boolean inActive = offset >= active.baseOffset() || closed.isEmpty();
    IndexHeader facts = inActive ? active.facts() : closed.get(indexOf(offset)).facts();
    SegmentFile heir = files.handle(facts.baseOffset()).lease();
    try {
      TailIndex index = new TailIndex();
      IndexHeader kept = TailBuild.walk(heir, facts, offset, index, indexIntervalBytes);
      return ActiveSegment.reopened(heir, kept, index);
    } finally {
      heir.release();
    }
  }

  /** Ends with a front from now on; {@link #makeOwedCut} does the same on the device. */
  void cutTo(ActiveSegment front) {
    OwedCut cut = new OwedCut(files, front);
    if (sealed) {
      cut.addSegment(files.handle(active.endOffset()), active.endOffset());
      sealed = false;
    }
    if (front.baseOffset() == active.baseOffset()) {
      active.file().cut(front.sizeInBytes(), front.file());
    } else {
      doom(cut, active.file(), active.baseOffset());
      while (closed.getLast().baseOffset() > front.baseOffset()) {
        Segment last = removeLast();
        doom(cut, last.file(), last.baseOffset());
      }
      SegmentFile cutFile = removeLast().file();
      cutFile.cut(front.sizeInBytes(), front.file());
      files.indexes().forget(cutFile);
    }
    active.file().release();
    active = front;
    owed = cut;
  }

  private static void doom(OwedCut cut, SegmentFile file, long baseOffset) {
    file.cut(0, file);
    cut.addSegment(file, baseOffset);
  }

  private Segment removeLast() {
    Segment last = closed.removeLast();
    closedBytes -= last.sizeInBytes();
    return last;
  }

  /** Whether a truncation is not on the device yet: until it is, nothing may be appended. */
  boolean owesACut() {
    return owed != null;
  }

  /**
   * Makes on the device what a truncation still owes, if anything. Waits for it.
   *
   * @param beside cuts what lies beside the segments
   * @throws NoSpaceException when it has no room for that: it may be made again
   * @throws IOException for everything else, finally
   */
  void makeOwedCut(OwedCut.Beside beside) throws IOException {
    OwedCut cut = owed;
    if (cut != null) {
      cut.make(beside);
      owed = null;
    }
  }

  /**
   * The segment that holds an offset, and how much of it is flushed.
   *
   * @param flushed up to where the log is
   */
  Segment flushedPart(long offset, LogPosition flushed) {
    if (offset < active.baseOffset()) {
      return closed.get(indexOf(offset));
    }
    IndexHeader facts = active.facts();
    boolean some = flushed.segmentBase() == active.baseOffset();
    return new Segment(
        active.file(),
        new IndexHeader(
            facts.baseOffset(),
            some ? flushed.offset() : facts.baseOffset(),
            some ? flushed.position() : 0,
            facts.maxTimestampMs(),
            facts.firstAppendMs(),
            facts.lastAppendMs(),
            facts.holdsProducers()));
  }

  /** Where a fetch by offset reads. The offset lies in the log, below the visible end. */
  LogSlice locate(SliceRequest request) {
    if (request.from() < active.baseOffset()) {
      return LogSlice.ofClosed(request, closed.get(indexOf(request.from())), files.indexes());
    }
    BatchRing recent = active.index().recent();
    long first = recent.batchAt((int) (request.from() - active.baseOffset()));
    return first == BatchRing.NONE ? rough(request) : exact(request, recent, first);
  }

  /** Where a search by time reads: the first segment that holds a record so late. */
  LogSlice locateTime(SliceRequest request) {
    int at = request.from() < active.baseOffset() ? indexOf(request.from()) : closed.size();
    while (at < closed.size() && closed.get(at).facts().maxTimestampMs() < request.timestampMs()) {
      at++;
    }
    if (at < closed.size() && closed.get(at).baseOffset() < request.visibleEnd()) {
      return LogSlice.ofClosed(request, closed.get(at), files.indexes());
    }
    boolean inActive = active.index().maxTimestampMs() >= request.timestampMs();
    if (at < closed.size() || !inActive || active.baseOffset() >= request.visibleEnd()) {
      return LogSlice.empty(request, request.visibleEnd());
    }
    OffsetIndex offsets = active.index().offsets();
    int start =
        Math.max(
            offsets.scanStart(request.from() - active.baseOffset()),
            active.index().times().searchStart(request.timestampMs()));
    SliceBounds widest = SliceBounds.from(start, offsets, active.facts());
    return LogSlice.rough(
        request, active.file(), widest, SliceBounds.emptyAt(start, widest.startOffset()));
  }

  private LogSlice rough(SliceRequest request) {
    OffsetIndex offsets = active.index().offsets();
    int start = offsets.scanStart(request.from() - active.baseOffset());
    SliceBounds widest = SliceBounds.from(start, offsets, active.facts());
    SliceBounds known = widest.knownPart(request, offsets, active.baseOffset());
    return LogSlice.rough(request, active.file(), widest, known);
  }

  private LogSlice exact(SliceRequest request, BatchRing recent, long first) {
    int start = recent.position(first);
    // The batch that holds the visible end is not visible, and neither are those behind it.
    long limit =
        request.visibleEnd() >= active.endOffset()
            ? recent.next()
            : recent.batchAt((int) (request.visibleEnd() - active.baseOffset()));
    long byBytes = recent.next();
    if ((long) start + request.maxBytes() < active.sizeInBytes()) {
      byBytes = recent.boundaryAtOrBefore((long) start + request.maxBytes());
    }
    long end = Math.min(limit, Math.max(byBytes, first + 1));
    if (end <= first) {
      return LogSlice.empty(request, request.from());
    }
    boolean whole = end == recent.next();
    SliceBounds bounds =
        new SliceBounds(
            start,
            active.baseOffset() + recent.relativeOffset(first),
            whole ? active.sizeInBytes() : recent.position(end),
            whole ? active.endOffset() : active.baseOffset() + recent.relativeOffset(end));
    return LogSlice.exact(request, active.file(), bounds);
  }

  /** Index of the closed segment that holds an offset. */
  private int indexOf(long offset) {
    int low = 0;
    int high = closed.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (closed.get(middle).baseOffset() <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
