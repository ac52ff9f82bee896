package dev.milena.broker.door.grpc;

import dev.milena.broker.core.Caller;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The outermost frame of every call: counts it, says who asks, and turns a bug into INTERNAL with a
 * number that is in the log.
 */
final class CallFrame implements ServerInterceptor {
  /** The door's name in a caller's identity. */
  static final String DOOR = "grpc";

  private static final Context.Key<Caller> CALLER = Context.key("milena-caller");
  private static final Metadata.Key<String> USER_AGENT =
      Metadata.Key.of("user-agent", Metadata.ASCII_STRING_MARSHALLER);
  private static final int TOOL_CHARS = 100;

  private final OpenCalls calls;

  CallFrame(OpenCalls calls) {
    this.calls = calls;
  }

  /** Who asks, within a handler's method. */
  static Caller caller() {
    return CALLER.get();
  }

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Framed<Q, R> framed = new Framed<>(call);
    Context context = Context.current().withValue(CALLER, callerOf(call, headers));
    calls.began();
    try {
      return new Guarded<>(framed, Contexts.interceptCall(context, framed, headers, next));
    } catch (RuntimeException bug) {
      framed.failed(bug);
      return new Guarded<>(framed, new Listener<>() {});
    }
  }

  private static Caller callerOf(ServerCall<?, ?> call, Metadata headers) {
    Object from = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    String address =
        from instanceof InetSocketAddress remote
            ? remote.getAddress().getHostAddress() + ":" + remote.getPort()
            : "unknown";
    @Nullable String tool = headers.get(USER_AGENT);
    return new Caller(
        DOOR, address, Caller.ANONYMOUS, tool == null ? "" : Shown.text(tool, TOOL_CHARS));
  }

  /** A call that is closed once, by whoever comes first; what comes after is dropped. */
  private static final class Framed<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final AtomicBoolean closed = new AtomicBoolean();

    Framed(ServerCall<Q, R> call) {
      super(call);
    }

    @Override
    public void sendMessage(R message) {
      if (!closed.get()) {
        super.sendMessage(message);
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (closed.compareAndSet(false, true)) {
        super.close(status, trailers);
      }
    }

    void failed(RuntimeException bug) {
      StatusRuntimeException answer =
          ErrorAnswers.status(Bugs.report(getMethodDescriptor().getFullMethodName(), bug));
      Metadata trailers = answer.getTrailers();
      close(answer.getStatus(), trailers == null ? new Metadata() : trailers);
    }
  }

  /** What gRPC tells a handler, with the handler's own failures caught. */
  private final class Guarded<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Framed<Q, ?> call;

    Guarded(Framed<Q, ?> call, Listener<Q> handler) {
      super(handler);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      guard(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      guard(super::onHalfClose);
    }

    @Override
    public void onReady() {
      guard(super::onReady);
    }

    @Override
    public void onCancel() {
      calls.ended();
      guard(super::onCancel);
    }

    @Override
    public void onComplete() {
      calls.ended();
      guard(super::onComplete);
    }

    private void guard(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException bug) {
        call.failed(bug);
      }
    }
  }
}
