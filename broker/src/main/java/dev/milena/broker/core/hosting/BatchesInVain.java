package dev.milena.broker.core.hosting;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The damaged batches of one log that nobody gave, and how long each is left alone: so that one of
 * them holds up the mending of no other.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class BatchesInVain {
  /** More are found, and asked for, again by whoever reads them. */
  static final int MOST = 64;

  /** By their first offsets. Read by any thread. */
  private final ConcurrentSkipListMap<Long, Left> batches = new ConcurrentSkipListMap<>();

  /**
   * How one is left alone.
   *
   * @param from everything from there to it was looked at when it was found
   */
  private record Left(long from, long untilMs) {}

  /**
   * Nobody gave one.
   *
   * @param from where the segment begins that was looked at
   * @param untilMs it is not asked for
   * @return whether that is news
   */
  boolean note(long offset, long from, long untilMs) {
    boolean known = batches.containsKey(offset);
    if (known || batches.size() < MOST) {
      batches.put(offset, new Left(from, untilMs));
    }
    return !known;
  }

  /** Whether one is not to be asked for now. */
  boolean isLeft(long offset, long nowMs) {
    Left left = batches.get(offset);
    return left != null && nowMs < left.untilMs();
  }

  /** Whether what was read as damaged is known to be, and nobody gave it. Any thread. */
  @OwnedBy(Owner.ANY_THREAD)
  boolean hold(DamageEar.Place place) {
    Map.Entry<Long, Left> next = batches.ceilingEntry(place.offset());
    return next != null
        && (place.exact()
            ? next.getKey() == place.offset()
            : next.getValue().from() <= place.offset());
  }

  /** One is to be asked for once more. */
  Optional<Long> due(long nowMs) {
    return batches.entrySet().stream()
        .filter(batch -> nowMs >= batch.getValue().untilMs())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** When one is, on the monotonic clock. */
  long nextDueMs() {
    return batches.values().stream().mapToLong(Left::untilMs).min().orElse(Long.MAX_VALUE);
  }

  /** One is whole by now, or gone. */
  void forget(long offset) {
    batches.remove(offset);
  }

  /** Of a segment that was looked over, only those are left that were found again. */
  void keepFound(long from, long end, long nowMs) {
    batches.subMap(from, end).values().removeIf(left -> nowMs >= left.untilMs());
  }

  void clear() {
    batches.clear();
  }
}
