package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Arrays;

/**
 * Where in a segment some of its batches begin: a sparse map from offset to byte position.
 *
 * <p>Offsets are kept relative to the segment's base and both columns rise strictly, so that either
 * can be searched. The arrays are grown by doubling and used again for the next segment, so adding
 * an entry allocates nothing in steady state.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class OffsetIndex {
  /** Bytes of one entry, in memory and in the file: relative offset and position, an int each. */
  static final int ENTRY_BYTES = 8;

  /** In answers: no entry. */
  static final int NONE = -1;

  private int[] relativeOffsets = new int[32];
  private int[] positions = new int[32];
  private int count;

  int size() {
    return count;
  }

  int sizeInBytes() {
    return count * ENTRY_BYTES;
  }

  /** What the columns take of memory, used or not. */
  int heldBytes() {
    return positions.length * ENTRY_BYTES;
  }

  int relativeOffset(int entry) {
    return relativeOffsets[entry];
  }

  int position(int entry) {
    return positions[entry];
  }

  /** Adds the place of one more batch, beyond all others. */
  void add(int relativeOffset, int position) {
    if (count > 0
        && (relativeOffset <= relativeOffsets[count - 1] || position <= positions[count - 1])) {
      throw new IllegalArgumentException(
          "entry (" + relativeOffset + ", " + position + ") does not come after the last one");
    }
    if (count == positions.length) {
      relativeOffsets = Arrays.copyOf(relativeOffsets, count * 2);
      positions = Arrays.copyOf(positions, count * 2);
    }
    relativeOffsets[count] = relativeOffset;
    positions[count] = position;
    count++;
  }

  /** The last entry whose offset is at most this one, or {@link #NONE}. */
  int entryForOffset(long relativeOffset) {
    return floor(relativeOffsets, count, relativeOffset);
  }

  /** The last entry whose position is at most this one, or {@link #NONE}. */
  int entryForPosition(long position) {
    return floor(positions, count, position);
  }

  /** A batch boundary at or in front of the batch that holds an offset. */
  int scanStart(long relativeOffset) {
    int entry = entryForOffset(relativeOffset);
    return entry == NONE ? 0 : positions[entry];
  }

  /**
   * The relative offset of the batch at a boundary that an entry, or the segment's start, names.
   */
  int relativeOffsetAt(int position) {
    if (position == 0) {
      return 0;
    }
    int entry = entryForPosition(position);
    if (entry == NONE || positions[entry] != position) {
      throw new IllegalArgumentException("no entry is at " + position);
    }
    return relativeOffsets[entry];
  }

  void clear() {
    count = 0;
  }

  private static int floor(int[] values, int count, long wanted) {
    if (wanted > Integer.MAX_VALUE) {
      return count - 1;
    }
    if (wanted < 0) {
      return NONE;
    }
    int at = Arrays.binarySearch(values, 0, count, (int) wanted);
    return at >= 0 ? at : -at - 2;
  }
}
