package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Answer;
import dev.milena.quorum.ratis.formation.FormationCodec;
import dev.milena.quorum.ratis.formation.IntroductionRequest;
import dev.milena.quorum.ratis.formation.UnreadableFormation;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;
import org.apache.ratis.thirdparty.io.netty.channel.ConnectTimeoutException;
import org.apache.ratis.thirdparty.io.netty.handler.codec.http2.Http2Exception;

/**
 * Asks a node who it is. Every attempt has a connection of its own, so that its name is resolved
 * anew. Blocks; any thread that may.
 */
final class IntroductionCall {
  private static final String NO_LISTENER =
      "no quorum listener of Milena answers there (a node's clients' port is another: 9092 and 9093, unless listeners and quorum.listener say otherwise)";

  private IntroductionCall() {}

  /**
   * One attempt.
   *
   * @param timeoutMs for connecting and answering together, in milliseconds
   */
  static Answer ask(String host, int port, IntroductionRequest request, long timeoutMs) {
    ManagedChannel channel;
    try {
      channel =
          // puts brackets around IPv6
          NettyChannelBuilder.forAddress(host, port)
              .usePlaintext()
              .proxyDetector(address -> null)
              .disableRetry()
              .build();
    } catch (IllegalArgumentException noAddress) {
      // an underscore, for one: Ratis could not dial it either
      return new Answer.Silent(
          "the quorum cannot use the host %s: a voter's host has letters, digits, '.' and '-', or is a numeric address"
              .formatted(host));
    }
    try {
      byte[] answer =
          ClientCalls.blockingUnaryCall(
              channel,
              IntroductionMethod.INTRODUCE,
              CallOptions.DEFAULT.withDeadlineAfter(timeoutMs, TimeUnit.MILLISECONDS),
              FormationCodec.request(request));
      return new Answer.Introduced(FormationCodec.reply(answer));
    } catch (StatusRuntimeException failure) {
      return new Answer.Silent(why(failure));
    } catch (UnreadableFormation unreadable) {
      return new Answer.Silent("its answer is not one of ours: " + unreadable.getMessage());
    } finally {
      channel.shutdownNow();
    }
  }

  /**
   * gRPC says what it was doing; the innermost cause says what happened, but for a connection that
   * is refused, where it is the number of a system's error.
   */
  private static String why(StatusRuntimeException failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException && !(cause instanceof ConnectTimeoutException)) {
        return "nobody listens there";
      }
      if (cause instanceof Http2Exception) {
        return NO_LISTENER;
      }
      if (cause instanceof UnknownHostException) {
        return "the host cannot be resolved: " + cause.getMessage();
      }
      if (cause.getCause() == null && cause.getMessage() != null) {
        return cause.getMessage();
      }
    }
    return switch (failure.getStatus().getCode()) {
      case DEADLINE_EXCEEDED -> "no answer in time";
      case UNIMPLEMENTED -> NO_LISTENER;
      default -> describe(failure.getStatus());
    };
  }

  private static String describe(Status status) {
    return status.getDescription() == null ? status.getCode().toString() : status.getDescription();
  }
}
