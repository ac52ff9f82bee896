package dev.milena.broker.door.grpc;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/**
 * Stands between a call and a generated handler, which would build a message as soon as it is there
 * and keep it until the client says that it was the last: of a call that sends one the bytes are
 * kept instead, counted as held, until then. A request that is no message ends the call with a
 * reason, and is no bug.
 *
 * <p>A handler whose call is ended here hears that it is cancelled, as by {@link CallFrame}.
 *
 * @param <Q> an {@link Inbound} of the bytes
 */
final class GuestListener<Q> extends ServerCall.Listener<Q> {
  private final ServerCall<Q, ?> call;
  private final ServerCall.Listener<Q> handler;
  private Optional<Q> request = Optional.empty();

  /** The handler has heard of the end. */
  private boolean over;

  private GuestListener(ServerCall<Q, ?> call, ServerCall.Listener<Q> handler) {
    this.call = call;
    this.handler = handler;
  }

  static <Q, R> GuestListener<Q> start(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return new GuestListener<>(call, next.startCall(call, headers));
  }

  @Override
  public void onMessage(Q message) {
    if (over) {
      inbound(message).release();
    } else if (!call.getMethodDescriptor().getType().clientSendsOneMessage()) {
      pass(message, () -> handler.onMessage(message));
    } else if (request.isEmpty()) {
      request = Optional.of(message);
    } else {
      inbound(message).release();
      refuse(Refusal.of(ErrorKind.INVALID_REQUEST, "a call of this kind has one request"));
    }
  }

  @Override
  public void onHalfClose() {
    Optional<Q> whole = request;
    request = Optional.empty();
    if (over) {
      whole.ifPresent(message -> inbound(message).release());
    } else if (whole.isEmpty()) {
      handler.onHalfClose();
    } else {
      pass(
          whole.get(),
          () -> {
            handler.onMessage(whole.get());
            handler.onHalfClose();
          });
    }
  }

  private void pass(Q message, Runnable onward) {
    try {
      var _ = inbound(message).open();
      onward.run();
    } catch (RequestRefused refused) {
      refuse(refused.refusal());
    } catch (GuestServices.NoMessageOfItsKind malformed) {
      refuse(Refusal.of(ErrorKind.INVALID_REQUEST, "the request is no message of its kind"));
    } finally {
      inbound(message).release();
    }
  }

  private void refuse(Refusal refusal) {
    StatusRuntimeException answer = ErrorAnswers.status(refusal);
    Metadata trailers = answer.getTrailers();
    call.close(answer.getStatus(), trailers == null ? new Metadata() : trailers);
    cancel();
  }

  private static Inbound<?> inbound(Object message) {
    if (message instanceof Inbound<?> inbound) {
      return inbound;
    }
    throw new IllegalStateException("a request of another marshaller");
  }

  private void cancel() {
    request.ifPresent(unread -> inbound(unread).release());
    request = Optional.empty();
    if (!over) {
      over = true;
      handler.onCancel();
    }
  }

  @Override
  public void onReady() {
    if (!over) {
      handler.onReady();
    }
  }

  @Override
  public void onCancel() {
    cancel();
  }

  @Override
  public void onComplete() {
    if (!over) {
      over = true;
      handler.onComplete();
    }
  }
}
