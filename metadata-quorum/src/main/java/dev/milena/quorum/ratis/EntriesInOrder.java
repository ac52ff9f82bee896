package dev.milena.quorum.ratis;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
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
 * and acknowledges them at once, though it may be writing them still.
 *
 * <p>On gRPC's threads, one for each connection. Who waits here waits for as long as one request
 * takes to be put into the queue of the log, as he would within Ratis; for entries that come anew
 * for {@value #FLUSH_MS} ms at most, then their connection ends.
 */
final class EntriesInOrder implements ServerInterceptor {
  private static final long FLUSH_MS = 3_000;

  private final ReentrantLock turn = new ReentrantLock();
  private final Supplier<Optional<RaftLog>> log;

  /**
   * @param log that the entries go into; nothing while it is not open
   */
  EntriesInOrder(Supplier<Optional<RaftLog>> log) {
    this.log = log;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q message) {
        if (message instanceof AppendEntriesRequestProto append && append.getEntriesCount() > 0) {
          turn.lock();
          try {
            if (isFlushed(append)) {
              super.onMessage(message);
            } else {
              call.close(
                  Status.UNAVAILABLE.withDescription(
                      "entries that came before are not on the disk after " + FLUSH_MS + " ms"),
                  new Metadata());
            }
          } finally {
            turn.unlock();
          }
        } else {
          super.onMessage(message);
        }
      }
    };
  }

  private static long lastIndex(RaftLog log) {
    TermIndex last = log.getLastEntryTermIndex();
    return last == null ? -1 : last.getIndex();
  }

  /** Waits until those entries that the log has already are on the disk. */
  private boolean isFlushed(AppendEntriesRequestProto append) {
    Optional<RaftLog> open = log.get();
    if (open.isEmpty()) {
      return true;
    }
    long first = append.getEntries(0).getIndex();
    long last = append.getEntries(append.getEntriesCount() - 1).getIndex();
    long known = Math.min(last, lastIndex(open.get()));
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FLUSH_MS);
    while (first <= known && open.get().getFlushIndex() < known) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    return true;
  }
}
