package dev.milena.broker.core.serving;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Threads that run nothing by themselves: what was given to them waits until it is stepped. */
public final class StepQueue implements Executor {
  private final int capacity;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

  /** Refuses work beyond a bound. */
  public StepQueue(int capacity) {
    this.capacity = capacity;
  }

  @Override
  public void execute(Runnable work) {
    if (waiting.size() >= capacity) {
      throw new RejectedExecutionException("full");
    }
    waiting.addLast(work);
  }

  /** How many wait. */
  public int size() {
    return waiting.size();
  }

  /** Runs the first; false when there is none. */
  public boolean step() {
    Runnable next = waiting.pollFirst();
    if (next != null) {
      next.run();
    }
    return next != null;
  }
}
