package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of a fetch lie, leased: they stay readable until {@link #close}, whatever
 * retention or deletion do meanwhile. No bytes are copied to make one. Bytes that a truncation cuts
 * meanwhile answer {@link SliceTruncated}.
 *
 * <p>The loop that locates never reads the disk, so a slice may be too wide at first. A reader
 * thread calls {@link #trim} once, then reads.
 *
 * <pre>
 *   located   [ batch 140..147 | batch 148..151 | batch 152..160 | batch 161..  ]   from = 150
 *   trimmed                    [ batch 148..151 | batch 152..160 ]   whole, at most maxBytes
 * </pre>
 *
 * <p>The first batch may begin in front of the offset asked for; whoever decodes it skips the
 * front. A slice never reaches beyond one segment: {@link #endOffset} is where to go on.
 *
 * <p>One thread at a time uses a slice. Every slice is closed exactly once, the empty one too.
 */
@OwnedBy(Owner.READER_THREAD)
public final class LogSlice implements AutoCloseable {
  private static final int WALK_BYTES = 8 << 10;

  private final SliceRequest request;
  private final @Nullable SegmentFile file;
  private @Nullable ClosedSegment unopened;
  private SliceBounds bounds;
  private SliceBounds known;
  private boolean exact;
  private boolean closed;

  private LogSlice(SliceRequest request, @Nullable SegmentFile file, SliceBounds bounds) {
    this.request = request;
    this.file = file;
    this.bounds = bounds;
    this.known = SliceBounds.emptyAt(0, 0);
  }

  /** A closed segment and where its indexes are had from, off the loop. */
  private record ClosedSegment(Segment segment, IndexCache indexes) {}

  static LogSlice empty(SliceRequest request, long endOffset) {
    LogSlice slice = new LogSlice(request, null, SliceBounds.emptyAt(0, endOffset));
    slice.exact = true;
    return slice;
  }

  /** A slice of recent batches, whose bounds the loop knows. */
  static LogSlice exact(SliceRequest request, SegmentFile file, SliceBounds bounds) {
    LogSlice slice = new LogSlice(request, file.lease(), bounds);
    slice.exact = true;
    return slice;
  }

  /** A slice of older batches of the active segment, as far as its sparse index knows. */
  static LogSlice rough(
      SliceRequest request, SegmentFile file, SliceBounds widest, SliceBounds known) {
    LogSlice slice = new LogSlice(request, file.lease(), widest);
    slice.known = known;
    return slice;
  }

  /** A slice of a closed segment, whose index still has to be looked at. */
  static LogSlice ofClosed(SliceRequest request, Segment segment, IndexCache indexes) {
    SliceBounds whole =
        new SliceBounds(0, segment.baseOffset(), segment.sizeInBytes(), segment.endOffset());
    LogSlice slice = new LogSlice(request, segment.file().lease(), whole);
    slice.unopened = new ClosedSegment(segment, indexes);
    return slice;
  }

  /**
   * Makes the bounds final: whole batches, from the one that holds the offset (or the first that
   * holds the time) asked for, as many as fit. Reads headers and perhaps an index from the disk;
   * does nothing when the bounds are final already.
   *
   * @throws CorruptLog when a header on the way is damaged, or the file ends too early
   * @throws SliceTruncated when the bytes were cut meanwhile
   */
  public void trim() throws IOException {
    if (exact) {
      return;
    }
    SegmentFile held = held();
    try {
      narrow(held);
    } catch (EOFException short_) {
      held.checkUncut(bounds.end());
      throw new CorruptLog(held.path(), bounds.start(), WholeIo.words(short_));
    } catch (CorruptLog perhapsCut) {
      // A cut takes bytes away, and an append behind it puts others where these were.
      held.checkUncut(bounds.end());
      throw perhapsCut;
    }
    held.checkUncut(bounds.end());
    exact = true;
  }

  private void narrow(SegmentFile held) throws IOException {
    ClosedSegment closedSegment = unopened;
    if (closedSegment != null) {
      consult(closedSegment);
    }
    BatchWalk walk = BatchWalk.ofHeaders(held, bounds.end(), WALK_BYTES);
    bounds = bounds.narrow(request, walk, known);
  }

  /** An offset at or in front of the first batch; once it is trimmed, the batch's first. */
  public long startOffset() {
    return bounds.startOffset();
  }

  /** Bytes from the first batch to the last; before {@link #trim} the most there can be. */
  public int sizeInBytes() {
    return bounds.end() - bounds.start();
  }

  /**
   * Whether more is visible behind it, so that waiting does not make it longer: the next segment
   * begins there, or {@code maxBytes} are reached. A slice of the last segment that is still to be
   * trimmed says no.
   */
  public boolean endsBeforeVisibleEnd() {
    return bounds.endOffset() < request.visibleEnd();
  }

  /** Whether there is nothing to read; known after {@link #trim}. */
  public boolean isEmpty() {
    return bounds.end() == bounds.start();
  }

  /**
   * The offset after the last batch, where to go on. For an empty answer to a {@link TimeSearch}:
   * everything in front of it was searched in vain, so search on from there unless it has reached
   * the visible end.
   */
  public long endOffset() {
    requireExact();
    return bounds.endOffset();
  }

  /**
   * Reads bytes into the buffer until it is full or the slice ends.
   *
   * @param at byte of the slice to begin with
   * @return bytes read; 0 at the slice's end
   * @throws CorruptLog when the file ends too early
   * @throws SliceTruncated when the bytes were cut meanwhile
   */
  public int read(int at, ByteBuffer target) throws IOException {
    requireExact();
    int wanted = Math.min(target.remaining(), sizeInBytes() - at);
    if (wanted <= 0) {
      return 0;
    }
    SegmentFile held = held();
    int limit = target.limit();
    target.limit(target.position() + wanted);
    try {
      WholeIo.readFully(held.file(), target, (long) bounds.start() + at);
    } catch (EOFException short_) {
      held.checkUncut(bounds.end());
      throw new CorruptLog(held.path(), (long) bounds.start() + at, "the file ends too early");
    } finally {
      target.limit(limit);
    }
    held.checkUncut(bounds.end());
    return wanted;
  }

  @Override
  public void close() {
    if (closed) {
      throw new IllegalStateException("slice was closed twice");
    }
    closed = true;
    SegmentFile held = file;
    if (held != null) {
      held.release();
    }
  }

  private void consult(ClosedSegment closedSegment) throws IOException {
    SegmentIndexes indexes = closedSegment.indexes().of(closedSegment.segment());
    long base = closedSegment.segment().baseOffset();
    int start = indexes.offsets().scanStart(request.from() - base);
    boolean byTime = request.timestampMs() != SliceRequest.ANY_TIME;
    if (byTime) {
      start = Math.max(start, indexes.times().searchStart(request.timestampMs()));
    }
    bounds = SliceBounds.from(start, indexes.offsets(), closedSegment.segment().facts());
    known =
        byTime
            ? SliceBounds.emptyAt(start, bounds.startOffset())
            : bounds.knownPart(request, indexes.offsets(), base);
    unopened = null;
  }

  private SegmentFile held() {
    SegmentFile held = file;
    if (held == null || closed) {
      throw new IllegalStateException("slice is " + (closed ? "closed" : "empty"));
    }
    return held;
  }

  private void requireExact() {
    if (!exact) {
      throw new IllegalStateException("trim the slice first");
    }
  }
}
