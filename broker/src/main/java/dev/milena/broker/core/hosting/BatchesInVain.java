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
 * <p>There is room for {@link #MOST}. From the first of a segment that finds none everything in
 * that segment is left alone for as long; after that one more of those is asked for in each pass,
 * and when a pass meets no other, the next begins with the first again. Once there is room, all of
 * them are asked for.
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

  /** Those for which there is no room, by where their segments begin. Read by any thread. */
  private final ConcurrentSkipListMap<Long, Rest> rests = new ConcurrentSkipListMap<>();

  /** Whether it was said that there are such; once, until there is room. */
  private boolean restSaid;

  /**
   * A segment from an offset on.
   *
   * @param end of the segment
   * @param askedTo nobody gave those up to this one
   */
  private record Rest(long first, long end, long askedTo, long untilMs) {
    boolean covers(long offset) {
      return first <= offset && offset < end;
    }

    /** The segment may have grown. */
    Rest with(long offset, long newEnd, long newUntilMs) {
      return new Rest(Math.min(offset, first), newEnd, offset, newUntilMs);
    }
  }

  /**
   * Nobody gave one.
   *
   * @param from where the segment begins that was looked at
   * @param end where it ends
   * @param untilMs it is not asked for
   * @return whether that is news; of all those for which there is no room, the first is
   */
  boolean note(long offset, long from, long end, long untilMs) {
    boolean known = batches.containsKey(offset);
    if (known || !isFull()) {
      batches.put(offset, new Left(from, untilMs));
      return !known;
    }
    Rest noted = rests.get(from);
    rests.put(
        from,
        noted == null ? new Rest(offset, end, offset, untilMs) : noted.with(offset, end, untilMs));
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
        ? others(offset)
            .filter(one -> nowMs < one.untilMs() || (isFull() && offset <= one.askedTo()))
            .isPresent()
        : nowMs < left.untilMs();
  }

  /** Those without room among which an offset is. */
  private Optional<Rest> others(long offset) {
    return Optional.ofNullable(rests.floorEntry(offset))
        .map(Map.Entry::getValue)
        .filter(one -> one.covers(offset));
  }

  /** Whether what was read as damaged is known to be, and nobody gave it. Any thread. */
  @OwnedBy(Owner.ANY_THREAD)
  boolean hold(DamageEar.Place place) {
    if (place.exact()) {
      return batches.containsKey(place.offset()) || others(place.offset()).isPresent();
    }
    Map.Entry<Long, Left> next = batches.ceilingEntry(place.offset());
    Map.Entry<Long, Rest> rest = rests.floorEntry(place.offset());
    return (rest != null && place.offset() < rest.getValue().end())
        || (next != null && next.getValue().from() <= place.offset());
  }

  /** One is to be asked for once more. */
  Optional<Long> due(long nowMs) {
    return batches.entrySet().stream()
        .filter(batch -> nowMs >= batch.getValue().untilMs())
        .map(Map.Entry::getKey)
        .findFirst()
        .or(() ->
            rests.values().stream()
                .filter(one -> nowMs >= one.untilMs())
                .map(Rest::first)
                .findFirst());
  }

  /** When one is, on the monotonic clock. */
  long nextDueMs() {
    long next = batches.values().stream().mapToLong(Left::untilMs).min().orElse(Long.MAX_VALUE);
    long rest = rests.values().stream().mapToLong(Rest::untilMs).min().orElse(Long.MAX_VALUE);
    return Math.min(next, rest);
  }

  /** One is whole by now, or gone. */
  void forget(long offset) {
    batches.remove(offset);
    rests.values().removeIf(one -> one.first() == offset);
    restSaid &= isFull();
  }

  /**
   * Of a segment that was looked over, only those are left that were found again.
   *
   * @param beganMs when it was begun to look: whatever is left alone longer was left or noted since
   */
  void keepFound(long from, long end, long beganMs) {
    batches.subMap(from, end).values().removeIf(left -> beganMs >= left.untilMs());
    rests.subMap(from, end).values().removeIf(one -> beganMs >= one.untilMs());
    restSaid &= isFull();
  }

  void clear() {
    batches.clear();
    rests.clear();
    restSaid = false;
  }
}
