package dev.milena.broker.core.hosting;

import dev.milena.broker.core.Refusal;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;

/**
 * Requests that wait in order for a log to be opened, each until its own deadline at most. They
 * come from many clients, so whoever came first is not the first whose time is over.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class OpeningWaitlist {
  private final int capacity;
  private final ArrayDeque<ClientRequest> waiting = new ArrayDeque<>();

  /** No later than the earliest deadline in the list: a sweep before that finds nothing. */
  private long nextDeadlineMs = Long.MAX_VALUE;

  OpeningWaitlist(int capacity) {
    this.capacity = capacity;
  }

  /** How many may wait. */
  int capacity() {
    return capacity;
  }

  /** Takes a request; false when there is no room. */
  boolean add(ClientRequest request) {
    if (waiting.size() >= capacity) {
      return false;
    }
    waiting.addLast(request);
    nextDeadlineMs = Math.min(nextDeadlineMs, request.deadlineMs());
    return true;
  }

  /** Takes the next in order out, expired or not. */
  Optional<ClientRequest> takeFirst() {
    return Optional.ofNullable(waiting.pollFirst());
  }

  /** Answers whose time is over: one look at each that waits, and only when one may be due. */
  void sweep(long nowMs) {
    if (nowMs < nextDeadlineMs) {
      return;
    }
    nextDeadlineMs = Long.MAX_VALUE;
    for (Iterator<ClientRequest> all = waiting.iterator(); all.hasNext(); ) {
      ClientRequest request = all.next();
      if (request.deadlineMs() <= nowMs) {
        all.remove();
        request.refuse(
            PartitionRefusals.notHere(request, "the log of the partition is still being opened"));
      } else {
        nextDeadlineMs = Math.min(nextDeadlineMs, request.deadlineMs());
      }
    }
  }

  void refuseAll(Refusal refusal) {
    while (!waiting.isEmpty()) {
      waiting.removeFirst().refuse(refusal);
    }
  }

  /** When to sweep next, on the monotonic clock; {@link Long#MAX_VALUE} for never. */
  long nextDeadlineMs() {
    return waiting.isEmpty() ? Long.MAX_VALUE : nextDeadlineMs;
  }
}
