package dev.milena.broker.door.grpc;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.milena.broker.core.Refusal;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A refusal of the core as gRPC says it: a status with {@code google.rpc.ErrorInfo}, or the {@code
 * Error} message inside an answer. The one place where the two forms are made.
 */
final class ErrorAnswers {
  /** The domain of every reason. */
  static final String DOMAIN = "milena.dev";

  /**
   * A status travels in HTTP/2 trailers, which clients accept up to 8 KiB in all, twice (as text
   * and as details): so a sentence and its facts are kept well below that.
   */
  private static final int MESSAGE_CHARS = 1_000;

  private static final int FACT_CHARS = 250;
  private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

  private ErrorAnswers() {}

  /**
   * Ends a call whose answer may have failed while gRPC was sending it, as when there is no memory
   * for it: gRPC has ended the call then, as CANCELLED, and says so by throwing.
   */
  static void endFailed(StreamObserver<?> out, Refusal refusal) {
    try {
      out.onError(status(refusal));
    } catch (IllegalStateException ended) {
      LOG.atDebug().setCause(ended).log("a call had ended already");
    }
  }

  /** Ends a call. */
  static StatusRuntimeException status(Refusal refusal) {
    ErrorInfo info =
        ErrorInfo.newBuilder()
            .setReason(refusal.kind().name())
            .setDomain(DOMAIN)
            .putAllMetadata(facts(refusal))
            .build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(code(refusal))
            .setMessage(message(refusal))
            .addDetails(Any.pack(info))
            .build());
  }

  /** Says how a part of a request, or one request of a stream, failed. */
  static dev.milena.proto.v1.Error error(Refusal refusal) {
    return dev.milena.proto.v1.Error.newBuilder()
        .setCode(code(refusal))
        .setReason(refusal.kind().name())
        .setMessage(message(refusal))
        .putAllMetadata(facts(refusal))
        .build();
  }

  private static int code(Refusal refusal) {
    return Status.Code.valueOf(refusal.kind().grpcStatus()).value();
  }

  private static String message(Refusal refusal) {
    return Shown.text(refusal.message(), MESSAGE_CHARS);
  }

  private static Map<String, String> facts(Refusal refusal) {
    Map<String, String> facts = new LinkedHashMap<>();
    refusal.about().forEach((name, value) -> facts.put(name, Shown.text(value, FACT_CHARS)));
    return facts;
  }
}
