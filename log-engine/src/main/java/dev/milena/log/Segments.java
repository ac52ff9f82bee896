package dev.milena.log;

import dev.milena.log.disk.NoSpaceException;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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

  /** A place at or in front of an offset that recovery can begin to scan at. */
  LogPosition frontOfSegmentWith(long offset) {
    long base =
        offset >= active.baseOffset() || closed.isEmpty()
            ? active.baseOffset()
            : closed.get(indexOf(offset)).baseOffset();
    return new LogPosition(base, base, 0);
  }

  /** Has every leased file opened before the folder gets another name. */
  void keepReadable() throws IOException {
    for (Segment segment : closed) {
      segment.file().keepReadable();
    }
    active.file().keepReadable();
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
   * Cuts everything at and above an offset, or from the front of the batch that holds it. Reads
   * headers and waits for the device.
   *
   * <p>Whole segments go from the last one backwards, each deletion synced, so that a crash never
   * leaves a gap. Indexes go before the bytes they speak of.
   */
  void truncateTo(long offset, int indexIntervalBytes) throws IOException {
    if (sealed) {
      files.deleteUnused(active.endOffset());
    }
    while (offset < active.baseOffset() && !closed.isEmpty()) {
      active.file().cut(0, active.file());
      files.delete(active.file(), active.baseOffset());
      files.sync();
      active.file().release();
      Segment last = closed.removeLast();
      closedBytes -= last.sizeInBytes();
      files.indexes().forget(last.file());
      active = ActiveSegment.reopened(last.file(), last.facts(), active.index());
    }
    SegmentFile file = active.file();
    IndexHeader facts = active.facts();
    IndexHeader kept = TailBuild.walk(file, facts, offset, active.index(), indexIntervalBytes);
    files.deleteIndexes(facts.baseOffset());
    sealed = false;
    SegmentFile heir = files.handle(facts.baseOffset());
    file.cut(kept.logBytes(), heir);
    active.truncate(kept.logBytes());
    active = ActiveSegment.reopened(heir, kept, active.index());
    file.release();
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
