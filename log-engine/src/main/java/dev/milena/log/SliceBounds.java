package dev.milena.log;

import java.io.IOException;

/**
 * Which bytes of a segment a slice holds.
 *
 * @param start where the first batch begins
 * @param end where the last one ends
 * @param endOffset the offset after the last one
 */
record SliceBounds(int start, int end, long endOffset) {

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
    while (at < end) {
      walk.require(at);
      if (walk.endOffset() > request.visibleEnd()) {
        return new SliceBounds(at, at, request.endOfNothing());
      }
      if (walk.endOffset() > request.from() && walk.maxTimestampMs() >= request.timestampMs()) {
        return extend(request, walk, known);
      }
      at = walk.endPosition();
    }
    return new SliceBounds(end, end, endOffset);
  }

  private SliceBounds extend(SliceRequest request, BatchWalk walk, SliceBounds known)
      throws IOException {
    int first = walk.position();
    int last = walk.endPosition();
    long next = walk.endOffset();
    if (known.end() > last) {
      last = known.end();
      next = known.endOffset();
    }
    while (last < end) {
      walk.require(last);
      boolean tooMany = (long) walk.endPosition() - first > request.maxBytes();
      if (tooMany || walk.endOffset() > request.visibleEnd()) {
        break;
      }
      last = walk.endPosition();
      next = walk.endOffset();
    }
    return new SliceBounds(first, last, next);
  }

  /**
   * What an index tells without reading: how far a walk may skip.
   *
   * @param scanStart the batch boundary that the walk begins at
   * @param baseOffset of the segment
   * @return a part of the segment in front of whose end nothing is too far or invisible; empty when
   *     the index does not know
   */
  static SliceBounds knownFrom(
      SliceRequest request, OffsetIndex offsets, int scanStart, long baseOffset) {
    int byBytes = offsets.entryForPosition((long) scanStart + request.maxBytes());
    int byOffset = offsets.entryForOffset(request.visibleEnd() - baseOffset);
    int entry = Math.min(byBytes, byOffset);
    if (entry == OffsetIndex.NONE) {
      return new SliceBounds(0, 0, baseOffset);
    }
    return new SliceBounds(
        scanStart, offsets.position(entry), baseOffset + offsets.relativeOffset(entry));
  }
}
