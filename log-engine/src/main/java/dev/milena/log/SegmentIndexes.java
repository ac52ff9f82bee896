package dev.milena.log;

/** Both indexes of a closed segment, read and checked; nobody changes them any more. */
record SegmentIndexes(OffsetIndex offsets, TimeIndex times) {
  /** Roughly what they hold in memory. */
  int sizeInBytes() {
    return offsets.size() * OffsetIndex.ENTRY_BYTES + times.size() * TimeIndex.ENTRY_BYTES;
  }
}
