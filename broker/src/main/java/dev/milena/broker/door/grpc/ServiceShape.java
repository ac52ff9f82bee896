package dev.milena.broker.door.grpc;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds a generated service with our own reading of its requests; names and schemas stay as they
 * were generated, so that reflection describes it truly.
 */
final class ServiceShape {
  private final ServiceDescriptor generated;
  private final List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();

  ServiceShape(ServiceDescriptor generated) {
    this.generated = generated;
  }

  /** One request, one answer. */
  @FunctionalInterface
  interface Unary<T, R extends MessageLite> {
    void handle(T request, UnaryAnswer<R> answer) throws RequestRefused;
  }

  /** One request, many answers. */
  @FunctionalInterface
  interface ServerStreaming<T, R> {
    void handle(T request, ServerCallStreamObserver<R> out) throws RequestRefused;
  }

  /** Many requests, many answers. Each request is released when {@code onNext} has returned. */
  @FunctionalInterface
  interface BothStreaming<T, R> {
    StreamObserver<Inbound<T>> open(ServerCallStreamObserver<R> out);
  }

  private record Releasing<T>(StreamObserver<Inbound<T>> handler)
      implements StreamObserver<Inbound<T>> {
    @Override
    public void onNext(Inbound<T> inbound) {
      try {
        handler.onNext(inbound);
      } finally {
        inbound.release();
      }
    }

    @Override
    public void onError(Throwable cancelled) {
      handler.onError(cancelled);
    }

    @Override
    public void onCompleted() {
      handler.onCompleted();
    }
  }

  <Q, T, R extends MessageLite> ServiceShape unary(
      MethodDescriptor<Q, R> method, Marshaller<Inbound<T>> reading, Unary<T, R> handler) {
    String name = method.getFullMethodName();
    return add(
        method,
        reading,
        ServerCalls.asyncUnaryCall((inbound, out) -> {
          UnaryAnswer<R> answer = new UnaryAnswer<>(out, name, CallMemory.current());
          try {
            handler.handle(inbound.open(), answer);
          } catch (RequestRefused refused) {
            answer.refuse(refused.nothingStored().refusal());
          } finally {
            inbound.release();
          }
        }));
  }

  <Q, T, R> ServiceShape serverStreaming(
      MethodDescriptor<Q, R> method,
      Marshaller<Inbound<T>> reading,
      ServerStreaming<T, R> handler) {
    return add(
        method,
        reading,
        ServerCalls.asyncServerStreamingCall((inbound, out) -> {
          try {
            handler.handle(inbound.open(), (ServerCallStreamObserver<R>) out);
          } catch (RequestRefused refused) {
            out.onError(ErrorAnswers.status(refused.refusal()));
          } finally {
            inbound.release();
          }
        }));
  }

  <Q, T, R> ServiceShape bothStreaming(
      MethodDescriptor<Q, R> method, Marshaller<Inbound<T>> reading, BothStreaming<T, R> handler) {
    return add(
        method,
        reading,
        ServerCalls.asyncBidiStreamingCall(
            out -> new Releasing<>(handler.open((ServerCallStreamObserver<R>) out))));
  }

  /** The service; every method of the generated one must have been given. */
  ServerServiceDefinition build() {
    ServiceDescriptor.Builder described =
        ServiceDescriptor.newBuilder(generated.getName())
            .setSchemaDescriptor(generated.getSchemaDescriptor());
    methods.forEach(method -> described.addMethod(method.getMethodDescriptor()));
    if (methods.size() != generated.getMethods().size()) {
      throw new IllegalStateException(generated.getName() + " has a method without a handler");
    }
    ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(described.build());
    methods.forEach(service::addMethod);
    return service.build();
  }

  private <Q, T, R> ServiceShape add(
      MethodDescriptor<Q, R> method,
      Marshaller<Inbound<T>> reading,
      ServerCallHandler<Inbound<T>, R> handler) {
    methods.add(
        ServerMethodDefinition.create(
            method.toBuilder(reading, method.getResponseMarshaller()).build(), handler));
    return this;
  }
}
