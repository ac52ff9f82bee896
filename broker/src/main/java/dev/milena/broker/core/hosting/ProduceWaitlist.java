package dev.milena.broker.core.hosting;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.Refusal;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Acknowledgements of acks=all that wait until the high watermark has reached the end of their
 * append. In the order of the appends, so that the front is always the next to be answered.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class ProduceWaitlist {
  private final int capacity;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

  /** No later than the earliest deadline in the list: a sweep before that finds nothing. */
  private long nextDeadlineMs = Long.MAX_VALUE;

  /**
   * One append.
   *
   * @param appendEnd answered when the high watermark is here
   * @param outcome what to answer then
   */
  record Waiting(ClientRequest.Produce request, long appendEnd, PartOutcome outcome) {}

  ProduceWaitlist(int capacity) {
    this.capacity = capacity;
  }

  /** Asked before the append: what was appended must find a place here. */
  boolean isFull() {
    return waiting.size() >= capacity;
  }

  void add(Waiting entry) {
    waiting.addLast(entry);
    nextDeadlineMs = Math.min(nextDeadlineMs, entry.request().deadlineMs());
  }

  /** Answers everything that is committed now. */
  void committedTo(long highWatermark) {
    while (!waiting.isEmpty() && waiting.getFirst().appendEnd() <= highWatermark) {
      Waiting done = waiting.removeFirst();
      done.request().answer().accept(done.outcome());
    }
  }

  /** Answers what has waited too long. Its outcome is unknown, and said so. */
  void sweep(long nowMs) {
    if (nowMs < nextDeadlineMs) {
      return;
    }
    nextDeadlineMs = Long.MAX_VALUE;
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      Waiting entry = all.next();
      if (entry.request().deadlineMs() <= nowMs) {
        all.remove();
        refuse(
            entry,
            ErrorKind.TIMED_OUT,
            "the records were appended but not acknowledged by every in-sync replica in time; they"
                + " may or may not last, and a retry may store them twice");
      } else {
        nextDeadlineMs = Math.min(nextDeadlineMs, entry.request().deadlineMs());
      }
    }
  }

  /** Answers all with a refusal; what was appended stays in the log, so the outcome is unknown. */
  void refuseAll(ErrorKind kind, String message) {
    while (!waiting.isEmpty()) {
      refuse(waiting.removeFirst(), kind, message);
    }
    nextDeadlineMs = Long.MAX_VALUE;
  }

  /** When to sweep next, on the monotonic clock; {@link Long#MAX_VALUE} for never. */
  long nextDeadlineMs() {
    return waiting.isEmpty() ? Long.MAX_VALUE : nextDeadlineMs;
  }

  private static void refuse(Waiting entry, ErrorKind kind, String message) {
    Refusal refusal = Refusal.of(kind, entry.request().where().name(), message);
    entry.request().answer().accept(new PartOutcome.NotWritten(refusal));
  }
}
