package dev.milena.log.disk;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * The calls to one disk that have not come back yet: who made them, and when. A disk that hangs
 * says nothing, so whoever watches it has to ask for how long it has said nothing.
 *
 * <p>To mark a call takes a look at the clock, a compare-and-set and a few stores; no lock, and
 * nothing is allocated. Each place counts its turns, so that whoever looks knows whether what it
 * has read belongs to one call: a time would not tell, since several calls are made in one
 * millisecond. There is room for {@value #MOST} at once, more than threads use one directory; what
 * finds none is not marked, and those that have it show the same stall.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class OutstandingCalls {
  /** At once. */
  public static final int MOST = 64;

  /** Longs of one cache line: neighbours do not write to the same one. */
  private static final int APART = 8;

  /** Beside the turn. */
  private static final int SINCE = 1;

  private static final int NO_PLACE = -1;

  /** What a turn is, by its rest; each call takes a place from one FREE to the next. */
  private static final int TURN = 4;

  private static final int FREE = 0;
  private static final int OUT = 2;

  private final LongSupplier nowMs;

  /** Of each place its turn, and since when; apart from the next. */
  private final AtomicLongArray turns = new AtomicLongArray(MOST * APART);

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
      long turn = turns.getAcquire(place * APART);
      if (turn % TURN == FREE && turns.compareAndSet(place * APART, turn, turn + 1)) {
        // whoever sees one of the next has to see that the turn is another one
        VarHandle.storeStoreFence();
        threads[place] = self;
        calls[place] = what;
        turns.setPlain(place * APART + SINCE, nowMs.getAsLong());
        turns.setRelease(place * APART, turn + OUT);
        return place;
      }
    }
    return NO_PLACE;
  }

  /** A call has come back. */
  void over(int place) {
    if (place != NO_PLACE) {
      // nobody else changes a turn that is not free
      turns.setRelease(place * APART, turns.getPlain(place * APART) - OUT + TURN);
    }
  }

  /** Those that have not come back, in no order. */
  public List<Call> now() {
    List<Call> all = new ArrayList<>();
    for (int place = 0; place < MOST; place++) {
      long turn = turns.getAcquire(place * APART);
      if (turn % TURN == OUT) {
        long sinceMs = turns.getPlain(place * APART + SINCE);
        Call call = new Call(threads[place].getName(), calls[place], sinceMs);
        // another call may have taken the place while this one was read; without the fence the
        // reads above may be made after the one below
        VarHandle.acquireFence();
        if (turns.getPlain(place * APART) == turn) {
          all.add(call);
        }
      }
    }
    return all;
  }
}
