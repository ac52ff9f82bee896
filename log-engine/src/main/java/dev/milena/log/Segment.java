package dev.milena.log;

/**
 * A segment that is closed: full, synced, and never written again.
 *
 * @param file its bytes
 * @param facts what they hold; stands in the index file beside them too
 */
record Segment(SegmentFile file, IndexHeader facts) {
  long baseOffset() {
    return facts.baseOffset();
  }

  long endOffset() {
    return facts.endOffset();
  }

  int sizeInBytes() {
    return facts.logBytes();
  }
}
