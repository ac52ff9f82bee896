package dev.milena.broker.door.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/**
 * Services that read their requests as gRPC generates it, kept to the bounds of ours: gRPC's own,
 * and those of other nodes. A client must not use them to make the broker hold more.
 */
final class GuestServices implements ServerInterceptor {
  /** For health and reflection: a name, and room for the tags around it. */
  static final int NAME_BYTES = 4 << 10;

  /** Answers are passed on as the service wrote them. */
  private static final Marshaller<InputStream> AS_WRITTEN =
      new Marshaller<>() {
        @Override
        public InputStream stream(InputStream written) {
          return written;
        }

        @Override
        public InputStream parse(InputStream written) {
          return written;
        }
      };

  private GuestServices() {}

  /** The service with bounded requests, in the frame of every call. */
  static ServerServiceDefinition within(
      CallFrame frame, ServerServiceDefinition service, int requestBytes) {
    Marshaller<Inbound<byte[]>> bounded = new InboundMarshaller<>(requestBytes, bytes -> bytes);
    return ServerInterceptors.intercept(
        ServerInterceptors.useMarshalledMessages(service, bounded, AS_WRITTEN),
        new GuestServices(),
        frame);
  }

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q message) {
        if (message instanceof Inbound<?> inbound) {
          pass(inbound, () -> super.onMessage(message), call);
        } else {
          throw new IllegalStateException("a request of another marshaller");
        }
      }
    };
  }

  private static void pass(Inbound<?> inbound, Runnable onward, ServerCall<?, ?> call) {
    try {
      var _ = inbound.open();
      onward.run();
    } catch (RequestRefused refused) {
      StatusRuntimeException answer = ErrorAnswers.status(refused.refusal());
      Metadata trailers = answer.getTrailers();
      call.close(answer.getStatus(), trailers == null ? new Metadata() : trailers);
    } finally {
      inbound.release();
    }
  }
}
