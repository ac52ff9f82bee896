package dev.milena.quorum.ratis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.ratis.statemachine.StateMachine;

/**
 * Knows from when to when the log is being cut and written anew: while it is, Ratis (3.3.0) still
 * takes what was on the disk before the cut for what is there now. It would acknowledge entries at
 * these indexes that nobody has flushed, if others are put into the log behind them; so none are.
 *
 * <p>Ratis calls: {@link #truncate} with the log's lock, before the cut is queued, and what comes
 * instead right after it; what tells of a snapshot on the threads that take it in; the rest on the
 * log's thread, in the order in which it writes.
 */
final class LogCuts implements StateMachine.DataApi {
  private enum Stage {
    NONE,
    /** In the queue of the log's thread. */
    QUEUED,
    /** The files are cut; what comes instead is not being flushed yet. */
    CUT
  }

  private volatile Stage stage = Stage.NONE;
  private volatile long firstCut;

  /** Of all cuts the last one's number; from 1. */
  private long cuts;

  private long cutsBeforeSnapshot;

  /** Cuts up to this number a snapshot has made an end of. */
  private long cutsOver;

  /** Whether Ratis' flush index may be one of before the cut. */
  boolean areUnderWay(long lastIndex) {
    return switch (stage) {
      case NONE -> false;
      case QUEUED -> true;
      // else nothing came instead: what was to be appended was refused
      case CUT -> lastIndex >= firstCut;
    };
  }

  /** A snapshot is about to come in the place of the log. */
  synchronized void snapshotComes() {
    cutsBeforeSnapshot = cuts;
  }

  /**
   * It has come. What was queued for the log before it is dropped, a cut too, and what is on the
   * disk is reckoned from the snapshot on. A cut that was being made then may be done later only;
   * where Ratis still reckons from that, it finds so itself at the next entry, and ends.
   */
  synchronized void snapshotCame() {
    cutsOver = cutsBeforeSnapshot;
    if (cuts == cutsOver) {
      stage = Stage.NONE;
    }
  }

  /** Called before a cut is queued. */
  @Override
  public synchronized CompletableFuture<Void> truncate(long firstIndex) {
    cuts++;
    firstCut = firstIndex;
    stage = Stage.QUEUED;
    return new Waited(cuts);
  }

  /** Called before each flush, with entries that are behind the cut by now. */
  @Override
  public synchronized CompletableFuture<Void> flush(long lastIndex) {
    if (stage == Stage.CUT) {
      stage = Stage.NONE;
    }
    return CompletableFuture.completedFuture(null);
  }

  /** Of an earlier cut it says nothing: the last one is still in the queue, or over. */
  private synchronized void areCut(long number) {
    if (number == cuts && number > cutsOver) {
      stage = Stage.CUT;
    }
  }

  /** The log's thread waits for this when it has cut the files. */
  private final class Waited extends CompletableFuture<Void> {
    private final long number;

    Waited(long number) {
      this.number = number;
      complete(null);
    }

    @Override
    public Void get() throws InterruptedException, ExecutionException {
      areCut(number);
      return super.get();
    }
  }
}
