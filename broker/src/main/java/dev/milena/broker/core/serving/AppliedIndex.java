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
  private static final int MOST_WAITING = 10_000;

  private final Executor answers;
  private final Alarm alarm;
  private final List<Waiting> waiting = new ArrayList<>();
  private long reached = -1;

  /** Two waits for one index are still two. */
  private static final class Waiting {
    private final long index;
    private final Consumer<Boolean> done;

    Waiting(long index, Consumer<Boolean> done) {
      this.index = index;
      this.done = done;
    }
  }

  /**
   * Nothing is applied yet.
   *
   * @param answers runs the callbacks: the thread that applies must not be held up by them
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
    }
    done.forEach(entry -> answers.execute(() -> entry.done.accept(true)));
  }

  /**
   * Tells when an index is applied; with false when the time is over first, or too many wait.
   *
   * @param timeoutMs at least 0
   */
  public void await(long index, long timeoutMs, Consumer<Boolean> done) {
    Waiting entry = new Waiting(index, done);
    boolean there;
    boolean waits;
    synchronized (this) {
      there = reached >= index;
      waits = !there && timeoutMs > 0 && waiting.size() < MOST_WAITING;
      if (waits) {
        waiting.add(entry);
      }
    }
    if (waits) {
      alarm.after(timeoutMs, () -> expire(entry));
    } else {
      done.accept(there);
    }
  }

  private void expire(Waiting entry) {
    boolean late;
    synchronized (this) {
      late = waiting.remove(entry);
    }
    if (late) {
      answers.execute(() -> entry.done.accept(false));
    }
  }
}
