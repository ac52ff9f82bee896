package dev.milena.log;

/** Both indexes of a closed segment, read and checked; nobody changes them any more. */
record SegmentIndexes(OffsetIndex offsets, TimeIndex times) {
  /** Objects and references of a cached segment, its path among them, whatever its size. */
  private static final int OBJECTS_BYTES = 400;

  /** Roughly what they take of memory. */
  int heldBytes() {
    return OBJECTS_BYTES + offsets.heldBytes() + times.heldBytes();
  }
}
