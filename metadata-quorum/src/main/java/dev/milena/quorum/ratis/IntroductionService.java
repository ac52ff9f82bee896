package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.FormationCodec;
import dev.milena.quorum.ratis.formation.IntroductionReply;
import dev.milena.quorum.ratis.formation.IntroductionRequest;
import dev.milena.quorum.ratis.formation.PeerName;
import dev.milena.quorum.ratis.formation.UnreadableFormation;
import java.util.EnumSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.thirdparty.io.grpc.ServerServiceDefinition;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;

/**
 * Answers on the quorum's port who this node is, beside Ratis' services, which it puts behind a
 * {@link PortGuard}. Called on gRPC's threads; the answer may come later, on any.
 */
final class IntroductionService implements GrpcServices.Customizer {
  private final PeerName self;
  private final PeerConnections connections = new PeerConnections();
  private final Function<IntroductionRequest, CompletionStage<IntroductionReply>> answering;

  IntroductionService(
      PeerName self, Function<IntroductionRequest, CompletionStage<IntroductionReply>> answering) {
    this.self = self;
    this.answering = answering;
  }

  /** Those to the port that this is offered on. */
  PeerConnections connections() {
    return connections;
  }

  @Override
  public NettyServerBuilder customize(
      NettyServerBuilder builder, EnumSet<GrpcServices.Type> types) {
    builder.intercept(new PortGuard(self)).addTransportFilter(connections);
    return builder.addService(
        ServerServiceDefinition.builder(IntroductionMethod.SERVICE)
            .addMethod(IntroductionMethod.INTRODUCE, ServerCalls.asyncUnaryCall(this::introduce))
            .build());
  }

  private void introduce(byte[] question, StreamObserver<byte[]> caller) {
    IntroductionRequest request;
    try {
      request = FormationCodec.request(question);
    } catch (UnreadableFormation unreadable) {
      caller.onError(
          Status.INVALID_ARGUMENT.withDescription(unreadable.getMessage()).asRuntimeException());
      return;
    }
    var _ =
        answering
            .apply(request)
            .whenComplete((reply, failure) -> {
              if (failure != null) {
                caller.onError(
                    Status.UNAVAILABLE.withDescription(failure.toString()).asRuntimeException());
                return;
              }
              caller.onNext(FormationCodec.reply(reply));
              caller.onCompleted();
            });
  }
}
