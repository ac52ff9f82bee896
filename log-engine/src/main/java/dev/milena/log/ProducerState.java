package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;

/**
 * The last batches of one idempotent producer in one log, the oldest first.
 *
 * <pre>
 *   epoch      0    0    1        a newer epoch begins at sequence 0
 *   sequence   7-9  10   0-4
 *   offset     120  130  131
 * </pre>
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class ProducerState {
  /** As many requests of a producer are under way at most: one of them may come again. */
  static final int REMEMBERED = 5;

  private static final int SEQUENCES = Integer.MAX_VALUE;

  private final short[] epochs = new short[REMEMBERED];
  private final int[] firsts = new int[REMEMBERED];
  private final int[] lasts = new int[REMEMBERED];
  private final long[] offsets = new long[REMEMBERED];
  private final long[] timesMs = new long[REMEMBERED];
  private int count;

  /**
   * The sequence number that a batch of so many records ends with; they begin anew after 2^31-1.
   */
  static int lastOf(int first, int records) {
    return (int) (((long) first + records - 1) & SEQUENCES);
  }

  int size() {
    return count;
  }

  short epochAt(int place) {
    return epochs[place];
  }

  int firstAt(int place) {
    return firsts[place];
  }

  int lastAt(int place) {
    return lasts[place];
  }

  /** Offset of the first record. */
  long offsetAt(int place) {
    return offsets[place];
  }

  /** When it was appended. */
  long timeAt(int place) {
    return timesMs[place];
  }

  /** The newest epoch. */
  short epoch() {
    return epochs[count - 1];
  }

  /** The sequence number that follows. */
  int next() {
    return lastOf(lasts[count - 1], 2);
  }

  /** When the last batch was appended. */
  long lastMs() {
    return timesMs[count - 1];
  }

  /** Where the last batch lies. */
  long lastOffset() {
    return offsets[count - 1];
  }

  /** Where the same batch lies in the log; -1 when it is not among those that are remembered. */
  int placeOf(short epoch, int first, int last) {
    for (int place = count - 1; place >= 0; place--) {
      if (epochs[place] == epoch && firsts[place] == first && lasts[place] == last) {
        return place;
      }
    }
    return -1;
  }

  void add(short epoch, int first, int last, long offset, long timeMs) {
    if (count == REMEMBERED) {
      count--;
      System.arraycopy(epochs, 1, epochs, 0, count);
      System.arraycopy(firsts, 1, firsts, 0, count);
      System.arraycopy(lasts, 1, lasts, 0, count);
      System.arraycopy(offsets, 1, offsets, 0, count);
      System.arraycopy(timesMs, 1, timesMs, 0, count);
    }
    epochs[count] = epoch;
    firsts[count] = first;
    lasts[count] = last;
    offsets[count] = offset;
    timesMs[count] = timeMs;
    count++;
  }

  /** Forgets what lies at or above an offset. */
  void truncateEnd(long offset) {
    while (count > 0 && offsets[count - 1] >= offset) {
      count--;
    }
  }
}
