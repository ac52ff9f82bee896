package dev.milena.broker.core.hosting;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * What waits in one partition, in the order it came and within a bound, each until its own deadline
 * at most. They come from many clients, so whoever came first is not the first whose time is over.
 *
 * <p>It answers nobody: who is taken out is the caller's to answer, exactly once.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class Waitlist<T> {
  private final int capacity;
  private final ToLongFunction<? super T> deadlineMs;
  private final ArrayDeque<T> waiting = new ArrayDeque<>();

  /** No later than the earliest deadline in the list: a look before that finds nobody. */
  private long nextDeadlineMs = Long.MAX_VALUE;

  /**
   * An empty list.
   *
   * @param capacity how many may wait
   * @param deadlineMs until when one waits, on the monotonic clock
   */
  Waitlist(int capacity, ToLongFunction<? super T> deadlineMs) {
    this.capacity = capacity;
    this.deadlineMs = deadlineMs;
  }

  /** How many may wait. */
  int capacity() {
    return capacity;
  }

  /** Whether {@link #add} would say no. */
  boolean isFull() {
    return waiting.size() >= capacity;
  }

  /** Takes one more in; false when there is no room. */
  boolean add(T entry) {
    if (isFull()) {
      return false;
    }
    waiting.addLast(entry);
    nextDeadlineMs = Math.min(nextDeadlineMs, deadlineMs.applyAsLong(entry));
    return true;
  }

  /** Takes the next in order out, expired or not. */
  Optional<T> takeFirst() {
    return Optional.ofNullable(waiting.pollFirst());
  }

  /** Takes out, in order, those at the front, up to the first that is not wanted. */
  List<T> takeWhile(Predicate<? super T> wanted) {
    if (waiting.isEmpty()) {
      return List.of();
    }
    List<T> taken = new ArrayList<>();
    while (!waiting.isEmpty() && wanted.test(waiting.getFirst())) {
      taken.add(waiting.removeFirst());
    }
    return taken;
  }

  /** Takes out, in order, all that are wanted. */
  List<T> take(Predicate<? super T> wanted) {
    if (waiting.isEmpty()) {
      return List.of();
    }
    List<T> taken = new ArrayList<>();
    nextDeadlineMs = Long.MAX_VALUE;
    for (int left = waiting.size(); left > 0; left--) {
      T entry = waiting.removeFirst();
      if (wanted.test(entry)) {
        taken.add(entry);
      } else {
        waiting.addLast(entry);
        nextDeadlineMs = Math.min(nextDeadlineMs, deadlineMs.applyAsLong(entry));
      }
    }
    return taken;
  }

  /** Takes out whose time is over: one look at each that waits, and only when one may be due. */
  List<T> takeExpired(long nowMs) {
    return nowMs < nextDeadlineMs
        ? List.of()
        : take(entry -> deadlineMs.applyAsLong(entry) <= nowMs);
  }

  /** Takes all out, in order. */
  List<T> takeAll() {
    return take(_ -> true);
  }

  /**
   * When somebody's time is over next, on the monotonic clock; {@link Long#MAX_VALUE} for never.
   */
  long nextDeadlineMs() {
    return waiting.isEmpty() ? Long.MAX_VALUE : nextDeadlineMs;
  }
}
