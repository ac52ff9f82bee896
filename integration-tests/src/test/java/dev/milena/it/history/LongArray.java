package dev.milena.it.history;

import java.util.Arrays;

/** Numbers by index, as many as it takes; 0 where none was set. */
final class LongArray {
  private static final int FIRST = 64;

  /** So many would be 8 GiB. */
  private static final long MOST = 1L << 30;

  private long[] values = new long[FIRST];
  private int size;

  long get(long index) {
    return index < 0 || index >= size ? 0 : values[(int) index];
  }

  void set(long index, long value) {
    if (index < 0 || index >= MOST) {
      throw new IllegalArgumentException("index " + index + " of at most " + MOST);
    }
    if (index >= values.length) {
      values = Arrays.copyOf(values, (int) Math.min(MOST, Math.max(index + 1, values.length * 2L)));
    }
    values[(int) index] = value;
    size = Math.max(size, (int) index + 1);
  }

  /** One more than the last index that was set. */
  int size() {
    return size;
  }
}
