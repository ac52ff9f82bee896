package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;

/**
 * Where each of the last batches of the active segment begins, so that a fetch at the tail is
 * located exactly without reading the disk.
 *
 * <p>Batches are numbered from 0 as they are appended; the ring remembers [oldest, next). Number
 * {@code next} stands for the segment's end.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class BatchRing {
  /** In answers: the ring does not reach back that far. */
  static final long NONE = -1;

  private final int[] relativeOffsets;
  private final int[] positions;
  private final int mask;
  private long next;
  private long oldest;

  /**
   * An empty ring.
   *
   * @param capacity how many batches it remembers; a power of two
   */
  BatchRing(int capacity) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException("capacity " + capacity + " is no power of two");
    }
    this.relativeOffsets = new int[capacity];
    this.positions = new int[capacity];
    this.mask = capacity - 1;
  }

  void add(int relativeOffset, int position) {
    int slot = (int) next & mask;
    relativeOffsets[slot] = relativeOffset;
    positions[slot] = position;
    next++;
    if (next - oldest > positions.length) {
      oldest++;
    }
  }

  void clear() {
    oldest = next;
  }

  /** The number after the last batch's. */
  long next() {
    return next;
  }

  int relativeOffset(long number) {
    return relativeOffsets[(int) number & mask];
  }

  int position(long number) {
    return positions[(int) number & mask];
  }

  /** The number of the last batch that begins at or before an offset, or {@link #NONE}. */
  long batchAt(int relativeOffset) {
    long low = oldest;
    long high = next;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (relativeOffset(middle) <= relativeOffset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == oldest ? NONE : low - 1;
  }

  /** The number of the last batch that begins at or before a byte position, or {@link #NONE}. */
  long boundaryAtOrBefore(long position) {
    long low = oldest;
    long high = next;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (position(middle) <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == oldest ? NONE : low - 1;
  }
}
