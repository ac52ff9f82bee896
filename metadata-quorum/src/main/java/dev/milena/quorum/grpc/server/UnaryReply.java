package dev.milena.quorum.grpc.server;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * The one answer to a unary call. May be given on any thread, once; a caller that is gone does not
 * matter.
 */
final class UnaryReply<R> {
  private final StreamObserver<R> out;

  UnaryReply(StreamObserver<R> out) {
    this.out = out;
    // with a handler, an answer to a caller that is gone is dropped; without one it throws
    ((ServerCallStreamObserver<R>) out).setOnCancelHandler(() -> {});
  }

  void give(R answer) {
    out.onNext(answer);
    out.onCompleted();
  }

  void refuse(Status why) {
    out.onError(why.asRuntimeException());
  }
}
