package dev.milena.broker.door.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.ToIntFunction;

/**
 * Services whose handlers are as gRPC generates them, kept to the bounds of ours: gRPC's own, and
 * those of other nodes. A client must not use them to make the broker hold more, or to fill its
 * log: see {@link GuestListener}.
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

  /**
   * The service with bounded requests, in the frame of every call.
   *
   * @param requestBytes the largest request of a method, by its full name
   */
  static ServerServiceDefinition within(
      CallFrame frame, ServerServiceDefinition service, ToIntFunction<String> requestBytes) {
    ServiceDescriptor generated = service.getServiceDescriptor();
    ServiceDescriptor.Builder described =
        ServiceDescriptor.newBuilder(generated.getName())
            .setSchemaDescriptor(generated.getSchemaDescriptor());
    var methods =
        service.getMethods().stream()
            .map(method -> bounded(generated.getName(), method, requestBytes))
            .<ServerMethodDefinition<?, ?>>map(method -> method)
            .toList();
    methods.forEach(method -> described.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder bounded = ServerServiceDefinition.builder(described.build());
    methods.forEach(bounded::addMethod);
    return ServerInterceptors.intercept(bounded.build(), new GuestServices(), frame);
  }

  /** One method of {@link ServerInterceptors#useMarshalledMessages}, with a bound of its own. */
  private static <Q, R> ServerMethodDefinition<?, ?> bounded(
      String service, ServerMethodDefinition<Q, R> method, ToIntFunction<String> requestBytes) {
    MethodDescriptor<Q, R> generated = method.getMethodDescriptor();
    String name = generated.getFullMethodName();
    MethodDescriptor<Q, R> reading =
        generated.toBuilder(KnownFields.of(generated), generated.getResponseMarshaller()).build();
    ServerServiceDefinition alone =
        ServerServiceDefinition.builder(
                ServiceDescriptor.newBuilder(service).addMethod(reading).build())
            .addMethod(ServerMethodDefinition.create(reading, method.getServerCallHandler()))
            .build();
    Marshaller<Inbound<byte[]>> measured =
        new InboundMarshaller<>(requestBytes.applyAsInt(name), bytes -> bytes);
    return ServerInterceptors.useMarshalledMessages(alone, measured, AS_WRITTEN)
        .getMethods()
        .iterator()
        .next();
  }

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return GuestListener.start(call, headers, next);
  }

  /** The bytes are no message of the kind. Carries no stack trace: it is no bug. */
  static final class NoMessageOfItsKind extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private NoMessageOfItsKind(IOException malformed) {
      super(malformed.getMessage(), malformed, false, false);
    }
  }

  /** Reads requests without the fields that they should not have, of which a million fit in one. */
  private record KnownFields<Q>(Class<Q> type, Parser<? extends Message> parser, Marshaller<Q> all)
      implements Marshaller<Q> {
    static <Q> KnownFields<Q> of(MethodDescriptor<Q, ?> method) {
      Marshaller<Q> generated = method.getRequestMarshaller();
      if (generated instanceof PrototypeMarshaller<Q> messages
          && messages.getMessagePrototype() instanceof Message prototype) {
        Parser<? extends Message> known =
            DiscardUnknownFieldsParser.wrap(prototype.getParserForType());
        return new KnownFields<>(messages.getMessageClass(), known, generated);
      }
      throw new IllegalArgumentException(
          method.getFullMethodName() + " has requests that are no messages of protobuf");
    }

    @Override
    public Q parse(InputStream bytes) {
      try {
        return type.cast(parser.parseFrom(CodedInputStream.newInstance(bytes)));
      } catch (IOException malformed) {
        throw new NoMessageOfItsKind(malformed);
      }
    }

    @Override
    public InputStream stream(Q message) {
      return all.stream(message);
    }
  }
}
