package dev.milena.quorum.ratis;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;

/** A leader's call, as it reaches an interceptor before Ratis would take in what is let in. */
final class LeaderCall extends ServerCall<AppendEntriesRequestProto, AppendEntriesReplyProto> {
  private final Queue<Status.Code> closed = new ConcurrentLinkedQueue<>();
  private final Listener<AppendEntriesRequestProto> requests;

  /**
   * A call without requests.
   *
   * @param letIn told what is let in, on the thread that sends
   * @param halfClosed told that the leader has no more
   */
  LeaderCall(
      ServerInterceptor before, Consumer<AppendEntriesRequestProto> letIn, Runnable halfClosed) {
    requests =
        before.interceptCall(
            this,
            new Metadata(),
            (_, _) ->
                new Listener<>() {
                  @Override
                  public void onMessage(AppendEntriesRequestProto message) {
                    letIn.accept(message);
                  }

                  @Override
                  public void onHalfClose() {
                    halfClosed.run();
                  }
                });
  }

  /** The leader's side. */
  Listener<AppendEntriesRequestProto> requests() {
    return requests;
  }

  /** With what it was closed, each time. */
  Queue<Status.Code> closed() {
    return closed;
  }

  @Override
  public void close(Status status, Metadata trailers) {
    closed.add(status.getCode());
  }

  @Override
  public void request(int count) {
    throw new AssertionError("asks for " + count);
  }

  @Override
  public void sendHeaders(Metadata headers) {
    throw new AssertionError("answers");
  }

  @Override
  public void sendMessage(AppendEntriesReplyProto message) {
    throw new AssertionError("answers");
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public MethodDescriptor<AppendEntriesRequestProto, AppendEntriesReplyProto>
      getMethodDescriptor() {
    return RaftServerProtocolServiceGrpc.getAppendEntriesMethod();
  }
}
