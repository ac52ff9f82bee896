package dev.milena.quorum.ratis;

import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;

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
 * <p>On gRPC's threads, one for each connection. Who waits here waits for as long as one request
 * takes to be put into the queue of the log, as he would within Ratis.
 */
final class EntriesInOrder implements ServerInterceptor {
  private final ReentrantLock turn = new ReentrantLock();

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q message) {
        if (message instanceof AppendEntriesRequestProto append && append.getEntriesCount() > 0) {
          turn.lock();
          try {
            super.onMessage(message);
          } finally {
            turn.unlock();
          }
        } else {
          super.onMessage(message);
        }
      }
    };
  }
}
