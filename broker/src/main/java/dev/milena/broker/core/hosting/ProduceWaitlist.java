package dev.milena.broker.core.hosting;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.function.Consumer;

/**
 * Acknowledgements of acks=all that wait until the high watermark has reached the end of their
 * append. In the order of the appends, so that the front is always the next to be answered.
 *
 * <p>Who waits here has let go of the bytes: a flush that takes long holds answers, not requests.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class ProduceWaitlist {
  private final Waitlist<Waiting> waiting;

  /**
   * One append.
   *
   * @param where its partition
   * @param deadlineMs when to give up, on the monotonic clock
   * @param appendEnd answered when the high watermark is here
   * @param outcome what to answer then
   * @param answer told once
   */
  record Waiting(
      PartitionName where,
      long deadlineMs,
      long appendEnd,
      PartOutcome outcome,
      Consumer<? super PartOutcome> answer) {
    private void refuse(ErrorKind kind, String message) {
      answer.accept(new PartOutcome.NotWritten(Refusal.of(kind, where, message)));
    }
  }

  ProduceWaitlist(int capacity) {
    waiting = new Waitlist<>(capacity, Waiting::deadlineMs);
  }

  /** Asked before the append: what was appended must find a place here. */
  boolean isFull() {
    return waiting.isFull();
  }

  void add(Waiting entry) {
    if (!waiting.add(entry)) {
      throw new IllegalStateException("nobody asked whether an append would find a place");
    }
  }

  /** Answers everything that is committed now. */
  void committedTo(long highWatermark) {
    for (Waiting done : waiting.takeWhile(entry -> entry.appendEnd() <= highWatermark)) {
      done.answer().accept(done.outcome());
    }
  }

  /** Answers what has waited too long. Its outcome is unknown, and said so. */
  void sweep(long nowMs) {
    for (Waiting late : waiting.takeExpired(nowMs)) {
      late.refuse(
          ErrorKind.TIMED_OUT,
          "the records were appended but not acknowledged by every in-sync replica in time; they"
              + " may or may not last, and a retry may store them twice");
    }
  }

  /** Answers all with a refusal; what was appended stays in the log, so the outcome is unknown. */
  void refuseAll(ErrorKind kind, String message) {
    waiting.takeAll().forEach(entry -> entry.refuse(kind, message));
  }

  /** When to sweep next, on the monotonic clock; {@link Long#MAX_VALUE} for never. */
  long nextDeadlineMs() {
    return waiting.nextDeadlineMs();
  }
}
