package dev.milena.quorum.ratis;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * Lets one request with entries at a time into Ratis, whichever connection it came on: each is
 * looked at and put into the log before the next is looked at.
 *
 * <p>Ratis looks at a request under its lock and appends the entries after it has let go (3.3.0).
 * When a network is whole again, what a leader sent before and what it sends anew arrive at the
 * same time on two connections, and what a leader of an earlier term sent may be among it: entries
 * would be appended in another order than they were found good in. Heartbeats have no entries, and
 * do not wait for a disk (ADR-0019).
 *
 * <p>Entries that come anew are let in when they are on the disk: Ratis has nothing to do for them,
 * and acknowledges them at once, though it may be writing them still. While the log is being cut no
 * entries are let in, for then it cannot be told what is on the disk ({@link LogCuts}); while it is
 * being opened none come ({@link OpeningGate}).
 *
 * <p>On gRPC's threads, one for each connection. Who waits here, for the disk or for its turn,
 * waits for {@value #WAIT_MS} ms at most in all; then its connection ends, and what else comes on
 * it is not let in. Nobody waits for the disk while it has the turn. Within its turn a request
 * takes what it takes to be put into the queue of the log, as it would within Ratis.
 */
final class EntriesInOrder implements ServerInterceptor {
  private static final long WAIT_MS = 3_000;

  private final ReentrantLock turn = new ReentrantLock();
  private final Reminder reminder = new Reminder();
  private final Target target;
  private final long waitMs;

  /** What the entries go into. */
  interface Target {
    /** The log; empty while it is not open, when Ratis takes no entries. */
    Optional<RaftLog> log();

    /** Of the same log. */
    LogCuts cuts();
  }

  EntriesInOrder(Target target) {
    this(target, WAIT_MS);
  }

  /**
   * The same, with another bound.
   *
   * @param waitMs at most, for the disk and the turn
   */
  EntriesInOrder(Target target, long waitMs) {
    this.target = target;
    this.waitMs = waitMs;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new Ordered<>(next.startCall(call, headers), call);
  }

  /** A call whose requests with entries wait for their turn. */
  private final class Ordered<Q, A> extends RefusableListener<Q, A> {
    Ordered(ServerCall.Listener<Q> ratis, ServerCall<Q, A> call) {
      super(ratis, call);
    }

    @Override
    void look(Q message) {
      if (!(message instanceof AppendEntriesRequestProto append) || append.getEntriesCount() == 0) {
        pass(message);
        return;
      }
      if (!takeTurn(append)) {
        refuse(
            Status.UNAVAILABLE.withDescription(
                "entries that came before are not on the disk, or not in the log, after %s ms"
                    .formatted(waitMs)),
            reminder);
        return;
      }
      try {
        pass(message);
      } finally {
        turn.unlock();
      }
    }
  }

  /**
   * Takes the turn when those of the entries that the log has already are on the disk.
   *
   * @return whether it was to be had in time
   */
  private boolean takeTurn(AppendEntriesRequestProto append) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
    try {
      while (awaitFlush(append, deadline)
          && turn.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        if (keepsTurn(append)) {
          return true;
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /**
   * Others had their turn meanwhile, with some of the same entries maybe; then it is given back.
   */
  private boolean keepsTurn(AppendEntriesRequestProto append) {
    boolean flushed = false;
    try {
      flushed = isFlushed(append);
      return flushed;
    } finally {
      if (!flushed) {
        turn.unlock();
      }
    }
  }

  private boolean awaitFlush(AppendEntriesRequestProto append, long deadline) {
    while (!isFlushed(append)) {
      if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    return true;
  }

  private boolean isFlushed(AppendEntriesRequestProto append) {
    Optional<RaftLog> open = target.log();
    if (open.isEmpty()) {
      return true;
    }
    long first = append.getEntries(0).getIndex();
    long last = append.getEntries(append.getEntriesCount() - 1).getIndex();
    long newest = lastIndex(open.get());
    if (target.cuts().areUnderWay(newest)) {
      return false;
    }
    long known = Math.min(last, newest);
    return first > known || open.get().getFlushIndex() >= known;
  }

  private static long lastIndex(RaftLog log) {
    TermIndex last = log.getLastEntryTermIndex();
    return last == null ? -1 : last.getIndex();
  }
}
