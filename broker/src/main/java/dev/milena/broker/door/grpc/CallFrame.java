package dev.milena.broker.door.grpc;

import dev.milena.broker.core.Caller;
import dev.milena.broker.core.Refusal;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The outermost frame of every call: counts it, tells its memory how to end it, says who asks, and
 * turns a bug into INTERNAL with a number that is in the log.
 */
final class CallFrame implements ServerInterceptor {
  /** The door's name in a caller's identity. */
  static final String DOOR = "grpc";

  private static final Context.Key<Caller> CALLER = Context.key("milena-caller");
  private static final Metadata.Key<String> USER_AGENT =
      Metadata.Key.of("user-agent", Metadata.ASCII_STRING_MARSHALLER);
  private static final int TOOL_CHARS = 100;

  private final OpenCalls calls;
  private final Consumer<InetSocketAddress> hangUp;

  /**
   * A frame.
   *
   * @param calls counts them
   * @param hangUp closes the connection from an address
   */
  CallFrame(OpenCalls calls, Consumer<InetSocketAddress> hangUp) {
    this.calls = calls;
    this.hangUp = hangUp;
  }

  /** Who asks, within a handler's method. */
  static Caller caller() {
    return CALLER.get();
  }

  /** The same call, with somebody else who asks. */
  static Context asking(Context context, Caller caller) {
    return context.withValue(CALLER, caller);
  }

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Framed<Q, R> framed = new Framed<>(call, hangUp);
    CallMemory memory = CallMemory.current();
    calls.began();
    Optional<Refusal> refused =
        memory.attach(!call.getMethodDescriptor().getType().clientSendsOneMessage(), framed);
    if (refused.isPresent()) {
      framed.refuse(refused.get());
      return new Guarded<>(framed, new Listener<>() {}, memory);
    }
    Context context = Context.current().withValue(CALLER, callerOf(call, headers));
    try {
      return new Guarded<>(framed, Contexts.interceptCall(context, framed, headers, next), memory);
    } catch (RuntimeException bug) {
      framed.failed(bug);
      return new Guarded<>(framed, new Listener<>() {}, memory);
    }
  }

  private static Caller callerOf(ServerCall<?, ?> call, Metadata headers) {
    String address =
        remote(call) instanceof InetSocketAddress remote
            ? remote.getAddress().getHostAddress() + ":" + remote.getPort()
            : "unknown";
    @Nullable String tool = headers.get(USER_AGENT);
    return new Caller(
        DOOR, address, Caller.ANONYMOUS, tool == null ? "" : Shown.text(tool, TOOL_CHARS));
  }

  private static @Nullable SocketAddress remote(ServerCall<?, ?> call) {
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
  }

  /**
   * A call that is closed once, by whoever comes first; what comes after is dropped. Handlers, the
   * door's clock and the connection's event loop may come at the same time.
   */
  private static final class Framed<Q, R> extends SimpleForwardingServerCall<Q, R>
      implements CallMemory.CallEnd {
    private final Lock lock = new ReentrantLock();
    private final Consumer<InetSocketAddress> hangUp;
    private boolean closed;

    /** Not by its handler. */
    private volatile boolean endedByDoor;

    Framed(ServerCall<Q, R> call, Consumer<InetSocketAddress> hangUp) {
      super(call);
      this.hangUp = hangUp;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      unlessClosed(() -> super.sendHeaders(headers));
    }

    @Override
    public void sendMessage(R message) {
      unlessClosed(() -> super.sendMessage(message));
    }

    @Override
    public void close(Status status, Metadata trailers) {
      unlessClosed(() -> {
        closed = true;
        super.close(status, trailers);
      });
    }

    /** Whether it was ended over its handler's head. */
    boolean isEndedByDoor() {
      return endedByDoor;
    }

    private void unlessClosed(Runnable step) {
      lock.lock();
      try {
        if (!closed) {
          step.run();
        }
      } finally {
        lock.unlock();
      }
    }

    /**
     * Before the handler has the request of a call that sends one: nothing of it is done. The end
     * of a stream says nothing about the messages before.
     */
    @Override
    public void refuse(Refusal refusal) {
      boolean one = getMethodDescriptor().getType().clientSendsOneMessage();
      end(one ? refusal.nothingStored() : refusal);
    }

    private void end(Refusal refusal) {
      StatusRuntimeException answer = ErrorAnswers.status(refusal);
      Metadata trailers = answer.getTrailers();
      unlessClosed(() -> {
        endedByDoor = true;
        close(answer.getStatus(), trailers == null ? new Metadata() : trailers);
      });
    }

    @Override
    public void hangUp() {
      if (remote(this) instanceof InetSocketAddress remote) {
        hangUp.accept(remote);
      }
    }

    void failed(RuntimeException bug) {
      end(Bugs.report(getMethodDescriptor().getFullMethodName(), bug));
    }
  }

  /**
   * What gRPC tells a handler, with the handler's own failures caught.
   *
   * <p>Of a call that the door has ended, for its memory, its time, a request that nobody can read
   * or a bug, the handler hears nothing more but that it is cancelled: it must not be taken for one
   * that its client has finished, nor may what was sent behind be done.
   *
   * <p>When the call is over the handler is let go of, and the request that it may hold with it: a
   * client that never ends its side keeps the stream, and gRPC this listener.
   */
  private final class Guarded<Q> extends ForwardingServerCallListener<Q> {
    private final Framed<Q, ?> call;
    private final CallMemory memory;
    private Listener<Q> handler;

    Guarded(Framed<Q, ?> call, Listener<Q> handler, CallMemory memory) {
      this.call = call;
      this.handler = handler;
      this.memory = memory;
    }

    @Override
    protected Listener<Q> delegate() {
      return handler;
    }

    @Override
    public void onMessage(Q message) {
      if (message instanceof Inbound.Unfit<?>(Refusal refusal)) {
        // Said at once: a client that does not end its request must not keep the call.
        call.refuse(refusal);
      } else if (goesOn()) {
        guard(() -> super.onMessage(message));
      } else if (message instanceof Inbound<?> unwanted) {
        unwanted.release();
      }
    }

    @Override
    public void onHalfClose() {
      if (memory.requestComplete() && goesOn()) {
        guard(super::onHalfClose);
      }
    }

    @Override
    public void onReady() {
      if (goesOn()) {
        guard(super::onReady);
      }
    }

    @Override
    public void onCancel() {
      over(super::onCancel);
    }

    @Override
    public void onComplete() {
      over(call.isEndedByDoor() ? super::onCancel : super::onComplete);
    }

    private boolean goesOn() {
      return !memory.isEnding() && !call.isEndedByDoor();
    }

    private void over(Runnable told) {
      calls.ended();
      guard(told);
      handler = new Listener<>() {};
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
