package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.milena.broker.core.ErrorKind;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;

/** What a client sees of a refusal. */
final class Refusals {
  private Refusals() {}

  /** The call must end with this kind's status and an ErrorInfo of this kind. */
  static ErrorInfo assertRefused(ErrorKind kind, Executable call) {
    StatusRuntimeException thrown = assertThrows(StatusRuntimeException.class, call);
    assertEquals(
        Status.Code.valueOf(kind.grpcStatus()), thrown.getStatus().getCode(), thrown.toString());
    ErrorInfo info = info(thrown);
    assertEquals(kind.name(), info.getReason());
    return info;
  }

  /** The one ErrorInfo of a failure. */
  static ErrorInfo info(@Nullable Throwable thrown) {
    if (thrown == null) {
      throw new AssertionError("no failure at all");
    }
    com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
    if (status == null || status.getDetailsCount() != 1) {
      throw new AssertionError("no ErrorInfo in " + thrown, thrown);
    }
    try {
      ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
      assertEquals("milena.dev", info.getDomain());
      return info;
    } catch (InvalidProtocolBufferException wrong) {
      throw new AssertionError("not an ErrorInfo", wrong);
    }
  }
}
