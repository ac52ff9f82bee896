package dev.milena.broker.core.serving;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * How far this broker's image is, and who waits for it to be further: so an answer about a change
 * is given when the change can be seen here.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class AppliedIndex {
  /** Waits at a time, those included whose answer is on its way. */
  static final int MOST_WAITING = 10_000;

  private final Executor answers;
  private final Alarm alarm;
  private final List<Waiting> waiting = new ArrayList<>();
  private long reached = -1;
  private int held;

  /** How a wait ended. */
  public enum Outcome {
    /** The index is applied: this broker's image shows it. */
    THERE,
    /** The time was over first. */
    LATE,
    /** So many wait already that this wait did not begin. */
    CROWDED
  }

  /** Two waits for one index are still two. */
  private static final class Waiting {
    private final long index;
    private final Consumer<Outcome> done;
    private Runnable forgetAlarm = () -> {};

    Waiting(long index, Consumer<Outcome> done) {
      this.index = index;
      this.done = done;
    }
  }

  /**
   * Nothing is applied yet.
   *
   * @param answers runs the callbacks: the thread that applies must not be held up by them. At most
   *     {@link #MOST_WAITING} are there at a time
   */
  public AppliedIndex(Executor answers, Alarm alarm) {
    this.answers = answers;
    this.alarm = alarm;
  }

  /** Everything up to an index is applied. Called on the thread that applies. */
  @OwnedBy(Owner.APPLY_THREAD)
  public void reached(long index) {
    List<Waiting> done = new ArrayList<>();
    synchronized (this) {
      reached = index;
      waiting.removeIf(entry -> entry.index <= index && done.add(entry));
      done.forEach(entry -> entry.forgetAlarm.run());
    }
    done.forEach(entry -> answers.execute(() -> tell(entry, Outcome.THERE)));
  }

  /**
   * Tells when an index is applied, or why it is not waited for any longer.
   *
   * @param timeoutMs at least 0
   */
  public void await(long index, long timeoutMs, Consumer<Outcome> done) {
    Waiting entry = new Waiting(index, done);
    Outcome now;
    synchronized (this) {
      if (reached >= index) {
        now = Outcome.THERE;
      } else if (timeoutMs <= 0) {
        now = Outcome.LATE;
      } else if (held >= MOST_WAITING) {
        now = Outcome.CROWDED;
      } else {
        entry.forgetAlarm = alarm.after(timeoutMs, () -> expire(entry));
        waiting.add(entry);
        held++;
        return;
      }
    }
    done.accept(now);
  }

  private void expire(Waiting entry) {
    boolean late;
    synchronized (this) {
      late = waiting.remove(entry);
    }
    if (late) {
      answers.execute(() -> tell(entry, Outcome.LATE));
    }
  }

  private void tell(Waiting entry, Outcome outcome) {
    try {
      entry.done.accept(outcome);
    } finally {
      synchronized (this) {
        held--;
      }
    }
  }
}
