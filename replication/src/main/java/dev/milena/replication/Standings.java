package dev.milena.replication;

import java.util.Arrays;
import java.util.SortedMap;

/**
 * Which brokers may be in sync, as the image says: those that are unfenced and not stopping, each
 * with the epoch of its present run. One object for all partitions of a broker; immutable.
 */
public final class Standings {
  /** Before the image was seen. */
  public static final Standings NOBODY = new Standings(new int[0], new long[0]);

  /** Of nobody's run. */
  public static final long NO_EPOCH = -1;

  private final int[] ids;
  private final long[] epochs;

  private Standings(int[] ids, long[] epochs) {
    this.ids = ids;
    this.epochs = epochs;
  }

  /** Broker epochs by broker id. */
  public static Standings of(SortedMap<Integer, Long> epochsByBroker) {
    return new Standings(
        epochsByBroker.keySet().stream().mapToInt(Integer::intValue).toArray(),
        epochsByBroker.values().stream().mapToLong(Long::longValue).toArray());
  }

  /** Whether a broker may be in sync. */
  boolean mayBeInSync(int broker) {
    return Arrays.binarySearch(ids, broker) >= 0;
  }

  /** The epoch of a broker's present run; {@link #NO_EPOCH} of one that may not be in sync. */
  public long epochOf(int broker) {
    int place = Arrays.binarySearch(ids, broker);
    return place < 0 ? NO_EPOCH : epochs[place];
  }
}
