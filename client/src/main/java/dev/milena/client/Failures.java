package dev.milena.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import dev.milena.proto.v1.Error;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Optional;

/** Turns what gRPC and the brokers report into {@link MilenaException}s. */
final class Failures {
  private static final String DOMAIN = "milena.dev";

  private Failures() {}

  /** The part of a request that failed by itself, on a stream that goes on. */
  static MilenaException of(Error error) {
    Code code = Code.forNumber(error.getCode());
    return new MilenaException(
        error.getReason(),
        code == null ? Code.UNKNOWN.name() : code.name(),
        error.getMessage(),
        error.getMetadataMap());
  }

  /**
   * A call that failed as a whole.
   *
   * @param where which broker, for the message where the broker gave none
   */
  static MilenaException of(Throwable thrown, String where) {
    Status status = Status.fromThrowable(thrown);
    Optional<ErrorInfo> info = errorInfo(thrown);
    if (info.isPresent()) {
      return new MilenaException(
          info.get().getReason(),
          status.getCode().name(),
          Optional.ofNullable(status.getDescription()).orElse(info.get().getReason()),
          info.get().getMetadataMap(),
          thrown);
    }
    if (status.getCause() instanceof InterruptedException) {
      return ClientReason.INTERRUPTED.failure("interrupted while waiting for " + where, thrown);
    }
    return switch (status.getCode()) {
      // a broker that is killed cancels the calls it has; we never cancel one whose end we wait for
      case UNAVAILABLE, CANCELLED ->
          ClientReason.CONNECTION_LOST.failure(
              "the connection to " + where + " broke before the answer came", thrown);
      case DEADLINE_EXCEEDED ->
          ClientReason.TIMED_OUT.failure(where + " did not answer in time", thrown);
      case UNIMPLEMENTED ->
          ClientReason.NOT_A_BROKER.failure(
              where
                  + " answers gRPC, but not as a Milena broker of this version; if that is the"
                  + " quorum's port (9093 unless quorum.listener says otherwise), take the clients'"
                  + " (9092 unless listeners does)",
              thrown);
      case OK,
          UNKNOWN,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          RESOURCE_EXHAUSTED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          INTERNAL,
          DATA_LOSS,
          UNAUTHENTICATED ->
          new MilenaException(
              status.getCode().name(),
              status.getCode().name(),
              where + " answered " + status.getCode() + describe(status),
              java.util.Map.of(),
              thrown);
    };
  }

  private static String describe(Status status) {
    return status.getDescription() == null ? "" : ": " + status.getDescription();
  }

  /** A broker's own words are told from gRPC's by their details. */
  private static Optional<ErrorInfo> errorInfo(Throwable thrown) {
    if (!(thrown instanceof StatusRuntimeException)) {
      return Optional.empty();
    }
    com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
    if (status == null) {
      return Optional.empty();
    }
    for (Any detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          ErrorInfo info = detail.unpack(ErrorInfo.class);
          return info.getDomain().equals(DOMAIN) ? Optional.of(info) : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
