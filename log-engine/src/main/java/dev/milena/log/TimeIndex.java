package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Arrays;

/**
 * How late a segment's records are up to some of its positions.
 *
 * <p>An entry (T, P) says: no record in front of byte P is later than T. So the first batch that
 * holds a record of time t or later lies at or after the last entry with T &lt; t. Both columns
 * rise strictly; a segment whose timestamps never rise has no entries.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class TimeIndex {
  /** Bytes of one entry in the file: timestamp, a long, and position, an int. */
  static final int ENTRY_BYTES = 12;

  private long[] timestampsMs = new long[32];
  private int[] positions = new int[32];
  private int count;

  int size() {
    return count;
  }

  /** What the columns take of memory, used or not. */
  int heldBytes() {
    return positions.length * ENTRY_BYTES;
  }

  long timestampMs(int entry) {
    return timestampsMs[entry];
  }

  int position(int entry) {
    return positions[entry];
  }

  /**
   * Notes the latest timestamp in front of a position; nothing when it is no later than before.
   *
   * @param timestampMs latest of all records in front of the position
   */
  void add(long timestampMs, int position) {
    if (count > 0 && timestampMs <= timestampsMs[count - 1]) {
      return;
    }
    if (count > 0 && position <= positions[count - 1]) {
      throw new IllegalArgumentException("position " + position + " does not come after the last");
    }
    if (count == positions.length) {
      timestampsMs = Arrays.copyOf(timestampsMs, count * 2);
      positions = Arrays.copyOf(positions, count * 2);
    }
    timestampsMs[count] = timestampMs;
    positions[count] = position;
    count++;
  }

  /** Where a search for a time begins: no batch in front of it holds a record that late. */
  int searchStart(long timestampMs) {
    int at = Arrays.binarySearch(timestampsMs, 0, count, timestampMs);
    int before = at >= 0 ? at - 1 : -at - 2;
    return before < 0 ? 0 : positions[before];
  }

  void clear() {
    count = 0;
  }
}
