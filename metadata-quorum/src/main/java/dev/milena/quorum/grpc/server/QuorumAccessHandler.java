package dev.milena.quorum.grpc.server;

import dev.milena.metadata.ReadAnswer;
import dev.milena.proto.peer.v1.FollowRequest;
import dev.milena.proto.peer.v1.FollowResponse;
import dev.milena.proto.peer.v1.IntroduceRequest;
import dev.milena.proto.peer.v1.IntroduceResponse;
import dev.milena.proto.peer.v1.NodeAddress;
import dev.milena.proto.peer.v1.QuorumAccessGrpc;
import dev.milena.proto.peer.v1.QuorumUnavailable;
import dev.milena.proto.peer.v1.ReadIndexRequest;
import dev.milena.proto.peer.v1.ReadIndexResponse;
import dev.milena.proto.peer.v1.SubmitRequest;
import dev.milena.proto.peer.v1.SubmitResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** QuorumAccess. Nothing here waits; answers come on the threads of the member. */
final class QuorumAccessHandler extends QuorumAccessGrpc.QuorumAccessImplBase {
  static final int MAX_TIMEOUT_MS = 300_000;

  private final NodeName node;
  private final QuorumMember member;
  private final Submissions submissions;
  private final FollowersLoop followers;

  QuorumAccessHandler(
      NodeName node, QuorumMember member, TokenHashes hashes, FollowersLoop followers) {
    this.node = node;
    this.member = member;
    this.submissions = new Submissions(member, hashes);
    this.followers = followers;
  }

  @Override
  public void introduce(IntroduceRequest request, StreamObserver<IntroduceResponse> out) {
    QuorumSight sight = member.sight();
    IntroduceResponse.Builder answer =
        IntroduceResponse.newBuilder()
            .setClusterId(node.clusterId())
            .setNodeId(node.nodeId())
            .setAppliedIndex(member.view().appliedIndex());
    LeaderHints.of(sight, member.view().image()).ifPresent(answer::setLeader);
    sight
        .voters()
        .forEach((id, address) ->
            answer.addVoters(
                NodeAddress.newBuilder()
                    .setNodeId(id)
                    .setHost(address.host())
                    .setPort(address.port())));
    new UnaryReply<>(out).give(answer.build());
  }

  @Override
  public void submit(SubmitRequest request, StreamObserver<SubmitResponse> out) {
    UnaryReply<SubmitResponse> reply = new UnaryReply<>(out);
    if (refusesTimeout(request.getTimeoutMs(), reply)) {
      return;
    }
    submissions.take(request, PeerCaller.current(), reply);
  }

  @Override
  public void readIndex(ReadIndexRequest request, StreamObserver<ReadIndexResponse> out) {
    UnaryReply<ReadIndexResponse> reply = new UnaryReply<>(out);
    if (refusesTimeout(request.getTimeoutMs(), reply)) {
      return;
    }
    var _ =
        member.readIndex(request.getTimeoutMs()).thenAccept(answer -> reply.give(response(answer)));
  }

  @Override
  public void follow(FollowRequest request, StreamObserver<FollowResponse> out) {
    ServerCallStreamObserver<FollowResponse> stream =
        (ServerCallStreamObserver<FollowResponse>) out;
    Optional<String> wrong = FollowPlaces.wrong(request);
    if (wrong.isPresent()) {
      stream.onError(Status.INVALID_ARGUMENT.withDescription(wrong.get()).asRuntimeException());
      return;
    }
    followers.follow(request, PeerCaller.current(), stream);
  }

  private static <R> boolean refusesTimeout(int timeoutMs, UnaryReply<R> reply) {
    boolean wrong = timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS;
    if (wrong) {
      reply.refuse(
          Status.INVALID_ARGUMENT.withDescription(
              "timeout_ms is 1 to %s, got %s".formatted(MAX_TIMEOUT_MS, timeoutMs)));
    }
    return wrong;
  }

  private static ReadIndexResponse response(ReadAnswer answer) {
    return switch (answer) {
      case ReadAnswer.CaughtUp(long index) ->
          ReadIndexResponse.newBuilder().setIndex(index).build();
      case ReadAnswer.Unavailable(String why) ->
          ReadIndexResponse.newBuilder().setUnavailable(unavailable(why)).build();
    };
  }

  private static QuorumUnavailable unavailable(String why) {
    return QuorumUnavailable.newBuilder().setWhy(why).build();
  }
}
