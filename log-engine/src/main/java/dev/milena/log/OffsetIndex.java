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

  int relativeOffset(int entry) {
    return relativeOffsets[entry];
  }

  int position(int entry) {
    return positions[entry];
  }

  /** Adds the place of one more batch, beyond all others. */
  void add(int relativeOffset, int position) {
    if (count > 0 && (relativeOffset <= relativeOffsets[count - 1] || position <= lastPosition())) {
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

  int lastPosition() {
    return count == 0 ? NONE : positions[count - 1];
  }

  /** Position of the last entry whose offset is at most this one; 0 when there is none. */
  int positionAtOrBefore(int relativeOffset) {
    int at = floor(relativeOffsets, count, relativeOffset);
    return at < 0 ? 0 : positions[at];
  }

  /** The last entry's position that is at most this one; 0 when there is none. */
  int boundaryAtOrBefore(int position) {
    int at = floor(positions, count, position);
    return at < 0 ? 0 : positions[at];
  }

  /** Forgets all entries at and beyond a byte position. */
  void truncate(int position) {
    while (count > 0 && positions[count - 1] >= position) {
      count--;
    }
  }

  void clear() {
    count = 0;
  }

  /** The last index whose value is at most the wanted one, or -1; values rise strictly. */
  static int floor(int[] values, int count, int wanted) {
    int at = Arrays.binarySearch(values, 0, count, wanted);
    return at >= 0 ? at : -at - 2;
  }
}
