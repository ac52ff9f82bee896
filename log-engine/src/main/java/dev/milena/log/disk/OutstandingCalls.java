package dev.milena.log.disk;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * The calls to one disk that have not come back yet: who made them, and when. A disk that hangs
 * says nothing, so whoever watches it has to ask for how long it has said nothing.
 *
 * <p>To mark a call takes a look at the clock, a compare-and-set and a store; no lock, and nothing
 * is allocated. There is room for {@value #MOST} at once, more than threads use one directory; what
 * finds none is not marked, and those that have it show the same stall.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class OutstandingCalls {
  /** At once. */
  public static final int MOST = 64;

  /** Longs of one cache line: neighbours do not write to the same one. */
  private static final int APART = 8;

  private static final int NO_PLACE = -1;
  private static final long FREE = Long.MIN_VALUE;
  private static final long TAKEN = Long.MIN_VALUE + 1;

  private final LongSupplier nowMs;
  private final AtomicLongArray since = new AtomicLongArray(MOST * APART);
  private final Thread[] threads = new Thread[MOST];
  private final String[] calls = new String[MOST];

  /**
   * A call that has not come back.
   *
   * @param thread the name of the one that waits for it
   * @param what is asked of the disk, as "write" or "sync"
   * @param sinceMs when it was made, on the monotonic clock
   */
  public record Call(String thread, String what, long sinceMs) {}

  /**
   * Of none yet.
   *
   * @param nowMs the monotonic clock, in milliseconds
   */
  public OutstandingCalls(LongSupplier nowMs) {
    this.nowMs = nowMs;
    for (int place = 0; place < MOST; place++) {
      since.set(place * APART, FREE);
    }
  }

  /**
   * A call is about to be made on this thread.
   *
   * @return to be given to {@link #over} when it has come back, whatever it came to
   */
  int begin(String what) {
    Thread self = Thread.currentThread();
    int first = (int) (self.threadId() & (MOST - 1));
    for (int i = 0; i < MOST; i++) {
      int place = (first + i) & (MOST - 1);
      if (since.compareAndSet(place * APART, FREE, TAKEN)) {
        threads[place] = self;
        calls[place] = what;
        since.setRelease(place * APART, nowMs.getAsLong());
        return place;
      }
    }
    return NO_PLACE;
  }

  /** A call has come back. */
  void over(int place) {
    if (place != NO_PLACE) {
      since.setRelease(place * APART, FREE);
    }
  }

  /** Those that have not come back, in no order. */
  public List<Call> now() {
    List<Call> all = new ArrayList<>();
    for (int place = 0; place < MOST; place++) {
      long sinceMs = since.getAcquire(place * APART);
      if (sinceMs != FREE && sinceMs != TAKEN) {
        Call call = new Call(threads[place].getName(), calls[place], sinceMs);
        // another call may have taken the place while this one was read
        if (since.getAcquire(place * APART) == sinceMs) {
          all.add(call);
        }
      }
    }
    return all;
  }
}
