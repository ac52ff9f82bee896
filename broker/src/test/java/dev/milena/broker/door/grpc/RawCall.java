package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Unary calls whose request and answer are bytes. */
final class RawCall {
  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException broken) {
            throw new UncheckedIOException(broken);
          }
        }
      };

  private RawCall() {}

  static byte[] call(OpenDoor door, String method, byte[] request) {
    return call(door, method, request, CallOptions.DEFAULT);
  }

  static byte[] call(OpenDoor door, String method, byte[] request, CallOptions options) {
    MethodDescriptor<byte[], byte[]> descriptor =
        MethodDescriptor.newBuilder(BYTES, BYTES)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method)
            .build();
    return ClientCalls.blockingUnaryCall(
        door.channel, descriptor, options.withDeadlineAfter(20, TimeUnit.SECONDS), request);
  }

  /** Noise may be a message by chance, but then one that names no legal topic. */
  static void assertInvalidOrRefused(OpenDoor door, String method, byte[] noise) {
    StatusRuntimeException thrown =
        assertThrows(StatusRuntimeException.class, () -> call(door, method, noise));
    assertTrue(
        Set.of("INVALID_REQUEST", "INVALID_TOPIC", "UNKNOWN_TOPIC")
            .contains(Refusals.info(thrown).getReason()),
        thrown.toString());
    assertTrue(
        Set.of(Status.Code.INVALID_ARGUMENT, Status.Code.NOT_FOUND)
            .contains(thrown.getStatus().getCode()),
        thrown.toString());
  }
}
