package dev.milena.broker.core.hosting;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A {@link Waitlist} of requests whose clients may leave: those that nobody waits for any more give
 * their places to others within a moment when places are short, else within {@link #LOOK_MS}.
 *
 * <p>Whom it lets go it ends itself. Everybody else who is taken out is the caller's to answer.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class ClientWaitlist<T> {
  /** How often the list is looked through for requests that nobody waits for any more. */
  static final long LOOK_MS = 10_000;

  /** And how often while it is full: whoever was turned away comes again after so long. */
  private static final long LOOK_WHEN_FULL_MS = 100;

  private final Waitlist<T> waiting;
  private final Function<? super T, ? extends ClientRequest> requestOf;
  private long lastLookMs;

  /**
   * An empty list.
   *
   * @param capacity how many may wait
   * @param requestOf the request that an entry waits for
   * @param nowMs the monotonic clock
   */
  ClientWaitlist(int capacity, Function<? super T, ? extends ClientRequest> requestOf, long nowMs) {
    this.waiting = new Waitlist<>(capacity, entry -> requestOf.apply(entry).deadlineMs());
    this.requestOf = requestOf;
    this.lastLookMs = nowMs;
  }

  /** How many may wait. */
  int capacity() {
    return waiting.capacity();
  }

  /** Takes one more in; false when there is no room, though those who left were let go. */
  boolean add(T entry, long nowMs) {
    if (waiting.isFull() && nowMs >= lastLookMs + LOOK_WHEN_FULL_MS) {
      letAbandonedGo(nowMs);
    }
    return waiting.add(entry);
  }

  /** Takes the next in order out, expired or not. */
  Optional<T> takeFirst() {
    return waiting.takeFirst();
  }

  /** Takes out, in order, all that are wanted. */
  List<T> take(Predicate<? super T> wanted) {
    return waiting.take(wanted);
  }

  /** Takes all out, in order. */
  List<T> takeAll() {
    return waiting.takeAll();
  }

  /** Takes out whose time is over, and lets those who left go when it is time to look. */
  List<T> takeExpired(long nowMs) {
    List<T> expired = waiting.takeExpired(nowMs);
    if (nowMs >= lastLookMs + LOOK_MS) {
      letAbandonedGo(nowMs);
    }
    return expired;
  }

  /**
   * When to ask {@link #takeExpired} next, on the monotonic clock; {@link Long#MAX_VALUE} for
   * never.
   */
  long nextDeadlineMs() {
    long nextMs = waiting.nextDeadlineMs();
    return nextMs == Long.MAX_VALUE ? nextMs : Math.min(nextMs, lastLookMs + LOOK_MS);
  }

  private void letAbandonedGo(long nowMs) {
    lastLookMs = nowMs;
    waiting
        .take(entry -> requestOf.apply(entry).isAbandoned())
        .forEach(entry -> requestOf.apply(entry).giveUp());
  }
}
