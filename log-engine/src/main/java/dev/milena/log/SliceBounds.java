package dev.milena.log;

import java.io.IOException;

/**
 * Which bytes of a segment a slice holds.
 *
 * @param start where the first batch begins
 * @param startOffset its base offset
 * @param end where the last one ends
 * @param endOffset the offset after the last one
 */
record SliceBounds(int start, long startOffset, int end, long endOffset) {

  /**
   * Narrows bounds to what was asked for, by reading headers near both ends.
   *
   * <pre>
   *   this.start      known.end               this.end
   *   | b | b | B | ... | B | B | b | b | ...  |      B: what is answered
   *   walked: ^^^^^       ^^^^^^^^^^ not in between
   * </pre>
   *
   * @param known a batch boundary up to which no batch is too far or invisible; its end may lie at
   *     or in front of this start, when nothing is known
   */
  SliceBounds narrow(SliceRequest request, BatchWalk walk, SliceBounds known) throws IOException {
    int at = start;
    long next = startOffset;
    while (at < end) {
      walk.require(at, next);
      walk.requireEndWithin(endOffset);
      if (walk.endOffset() > request.visibleEnd()) {
        return emptyAt(at, request.endOfNothing());
      }
      if (walk.endOffset() > request.from() && walk.maxTimestampMs() >= request.timestampMs()) {
        return extend(request, walk, known);
      }
      at = walk.endPosition();
      next = walk.endOffset();
    }
    return emptyAt(end, endOffset);
  }

  /** Bounds of no bytes. */
  static SliceBounds emptyAt(int position, long endOffset) {
    return new SliceBounds(position, endOffset, position, endOffset);
  }

  private SliceBounds extend(SliceRequest request, BatchWalk walk, SliceBounds known)
      throws IOException {
    // as large as it says, since a slice has one batch at least; the others have to fit
    walk.requireSoundIfLarge();
    int first = walk.position();
    long firstOffset = walk.baseOffset();
    int last = walk.endPosition();
    long next = walk.endOffset();
    if (known.end() > last) {
      last = known.end();
      next = known.endOffset();
    }
    while (last < end) {
      // whoever goes on from there is told of a fault; what lies in front of it is served
      boolean faulty = !walk.step(last, next, BatchWalk.ANY_EPOCH).isEmpty();
      if (faulty || walk.endOffset() > Math.min(request.visibleEnd(), endOffset)) {
        break;
      }
      if ((long) walk.endPosition() - first > request.maxBytes()) {
        break;
      }
      last = walk.endPosition();
      next = walk.endOffset();
    }
    return new SliceBounds(first, firstOffset, last, next);
  }

  /**
   * The widest bounds there can be, from a batch boundary that an index knows.
   *
   * @param segment which segment, and up to where it counts
   */
  static SliceBounds from(int scanStart, OffsetIndex offsets, IndexHeader segment) {
    return new SliceBounds(
        scanStart,
        segment.baseOffset() + offsets.relativeOffsetAt(scanStart),
        segment.logBytes(),
        segment.endOffset());
  }

  /** The part of these bounds in front of whose end nothing is too far or invisible. */
  SliceBounds knownPart(SliceRequest request, OffsetIndex offsets, long baseOffset) {
    int byBytes = offsets.entryForPosition((long) start + request.maxBytes());
    int byOffset = offsets.entryForOffset(request.visibleEnd() - baseOffset);
    int entry = Math.min(byBytes, byOffset);
    if (entry == OffsetIndex.NONE) {
      return emptyAt(start, startOffset);
    }
    return new SliceBounds(
        start, startOffset, offsets.position(entry), baseOffset + offsets.relativeOffset(entry));
  }
}
