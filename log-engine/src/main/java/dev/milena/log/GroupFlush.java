package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;

/** Syncs logs in rounds: one round of a file answers all who wait for it. */
@OwnedBy(Owner.ANY_THREAD)
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable", "UnusedMethod"})
public final class GroupFlush implements AutoCloseable {
  private GroupFlush() {}

  /**
   * With threads of its own.
   *
   * @param threads how many syncs run in parallel on this disk
   * @param gatherNanos how long a round of a busy log waits for more, at most 1 ms
   */
  public static GroupFlush threaded(String name, int threads, long gatherNanos) {
    throw new UnsupportedOperationException();
  }

  /** Without threads: rounds run when {@link #runRound} is called, as a simulation does. */
  public static GroupFlush byHand() {
    throw new UnsupportedOperationException();
  }

  /** Asks, on the log's loop, for everything appended so far to be flushed. */
  public void request(PartitionLog log, FlushListener listener) {
    throw new UnsupportedOperationException();
  }

  /** Runs one waiting round on this thread; false when none waits. */
  public boolean runRound() {
    throw new UnsupportedOperationException();
  }

  /** Finishes what was asked for and ends the threads. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
