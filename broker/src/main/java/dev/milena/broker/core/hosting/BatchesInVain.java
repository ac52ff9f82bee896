package dev.milena.broker.core.hosting;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The damaged batches of one log that nobody gave, and how long each is left alone: so that one of
 * them holds up the mending of no other.
 *
 * <p>There is room for {@link #MOST}. From the first that finds none everything is left alone for
 * as long; after that one more of those is asked for in each pass, and when a pass meets no other,
 * the next begins with the first again.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class BatchesInVain {
  /** So many are known one by one. */
  static final int MOST = 64;

  /** By their first offsets. Read by any thread. */
  private final ConcurrentSkipListMap<Long, Left> batches = new ConcurrentSkipListMap<>();

  /**
   * How one is left alone.
   *
   * @param from everything from there to it was looked at when it was found
   */
  private record Left(long from, long untilMs) {}

  /** Those for which there is no room. Read by any thread. */
  private volatile Optional<Rest> rest = Optional.empty();

  /** Whether it was said that there are such; once, until there is room. */
  private boolean restSaid;

  /**
   * Everything from an offset on.
   *
   * @param from of the first, as in {@link Left}
   * @param askedTo nobody gave those up to this one
   */
  private record Rest(long first, long from, long askedTo, long untilMs) {
    boolean isLeft(long offset, long nowMs) {
      return offset >= first && (nowMs < untilMs || offset <= askedTo);
    }

    Rest with(long offset, long newFrom, long newUntilMs) {
      return offset < first
          ? new Rest(offset, newFrom, offset, newUntilMs)
          : new Rest(first, from, offset, newUntilMs);
    }
  }

  /**
   * Nobody gave one.
   *
   * @param from where the segment begins that was looked at
   * @param untilMs it is not asked for
   * @return whether that is news; of all those for which there is no room, the first is
   */
  boolean note(long offset, long from, long untilMs) {
    boolean known = batches.containsKey(offset);
    if (known || !isFull()) {
      batches.put(offset, new Left(from, untilMs));
      return !known;
    }
    rest =
        Optional.of(
            rest.map(one -> one.with(offset, from, untilMs))
                .orElseGet(() -> new Rest(offset, from, offset, untilMs)));
    boolean isNews = !restSaid;
    restSaid = true;
    return isNews;
  }

  /** Whether there is no room for another. */
  boolean isFull() {
    return batches.size() >= MOST;
  }

  /** Whether one is not to be asked for now. */
  boolean isLeft(long offset, long nowMs) {
    Left left = batches.get(offset);
    return left == null
        ? rest.filter(one -> one.isLeft(offset, nowMs)).isPresent()
        : nowMs < left.untilMs();
  }

  /** Whether what was read as damaged is known to be, and nobody gave it. Any thread. */
  @OwnedBy(Owner.ANY_THREAD)
  boolean hold(DamageEar.Place place) {
    Optional<Rest> others = rest;
    if (place.exact()) {
      return batches.containsKey(place.offset())
          || others.filter(one -> one.first() <= place.offset()).isPresent();
    }
    Map.Entry<Long, Left> next = batches.ceilingEntry(place.offset());
    return others.filter(one -> one.from() <= place.offset()).isPresent()
        || (next != null && next.getValue().from() <= place.offset());
  }

  /** One is to be asked for once more. */
  Optional<Long> due(long nowMs) {
    return batches.entrySet().stream()
        .filter(batch -> nowMs >= batch.getValue().untilMs())
        .map(Map.Entry::getKey)
        .findFirst()
        .or(() -> rest.filter(one -> nowMs >= one.untilMs()).map(Rest::first));
  }

  /** When one is, on the monotonic clock. */
  long nextDueMs() {
    long next = batches.values().stream().mapToLong(Left::untilMs).min().orElse(Long.MAX_VALUE);
    return Math.min(next, rest.map(Rest::untilMs).orElse(Long.MAX_VALUE));
  }

  /** One is whole by now, or gone. */
  void forget(long offset) {
    batches.remove(offset);
    rest = rest.filter(one -> one.first() != offset);
    restSaid &= isFull();
  }

  /**
   * Of a segment that was looked over, only those are left that were found again.
   *
   * @param beganMs when it was begun to look: whatever is left alone longer was left or noted since
   */
  void keepFound(long from, long end, long beganMs) {
    batches.subMap(from, end).values().removeIf(left -> beganMs >= left.untilMs());
    rest = rest.filter(one -> one.first() < from || one.first() >= end || beganMs < one.untilMs());
    restSaid &= isFull();
  }

  void clear() {
    batches.clear();
    rest = Optional.empty();
    restSaid = false;
  }
}
