package dev.milena.broker.core.hosting;

import dev.milena.broker.core.ErrorKind;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Fetches that wait for enough committed bytes, at most until their deadline. */
@OwnedBy(Owner.PARTITION_LOOP)
final class FetchWaitlist {
  private final int capacity;
  private final List<Waiting> waiting = new ArrayList<>();
  private long nextDeadlineMs = Long.MAX_VALUE;

  /** One fetch and the offset that its start came to. */
  record Waiting(ClientRequest.Fetch request, long from) {}

  FetchWaitlist(int capacity) {
    this.capacity = capacity;
  }

  /** Takes a fetch; false when there is no room. */
  boolean add(Waiting entry) {
    if (waiting.size() >= capacity) {
      return false;
    }
    waiting.add(entry);
    nextDeadlineMs = Math.min(nextDeadlineMs, entry.request().deadlineMs());
    return true;
  }

  /** Takes out every fetch that can see something below the high watermark. */
  List<Waiting> takeBelow(long highWatermark) {
    return take(entry -> entry.from() < highWatermark);
  }

  /** Takes out every fetch whose time is over. */
  List<Waiting> takeExpired(long nowMs) {
    return nowMs < nextDeadlineMs
        ? List.of()
        : take(entry -> entry.request().deadlineMs() <= nowMs);
  }

  /** Answers all with a refusal. */
  void refuseAll(ErrorKind kind, String message) {
    for (Waiting entry : take(entry -> true)) {
      entry.request().refuse(kind, message);
    }
  }

  /** When a fetch expires next, on the monotonic clock; {@link Long#MAX_VALUE} for never. */
  long nextDeadlineMs() {
    return waiting.isEmpty() ? Long.MAX_VALUE : nextDeadlineMs;
  }

  private List<Waiting> take(Predicate<Waiting> wanted) {
    if (waiting.isEmpty()) {
      return List.of();
    }
    List<Waiting> taken = new ArrayList<>();
    List<Waiting> kept = new ArrayList<>();
    nextDeadlineMs = Long.MAX_VALUE;
    for (Waiting entry : waiting) {
      if (wanted.test(entry)) {
        taken.add(entry);
      } else {
        kept.add(entry);
        nextDeadlineMs = Math.min(nextDeadlineMs, entry.request().deadlineMs());
      }
    }
    waiting.clear();
    waiting.addAll(kept);
    return taken;
  }
}
