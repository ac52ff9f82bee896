package dev.milena.quorum.grpc.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.milena.metadata.BrokerLoad;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.Decision;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.metadata.RegistrationChecks;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.codec.AnswerCodec;
import dev.milena.metadata.codec.CommandCodec;
import dev.milena.proto.peer.v1.FollowRequest;
import dev.milena.proto.peer.v1.FollowResponse;
import dev.milena.proto.peer.v1.IntroduceRequest;
import dev.milena.proto.peer.v1.IntroduceResponse;
import dev.milena.proto.peer.v1.NodeAddress;
import dev.milena.proto.peer.v1.OutcomeUnknown;
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
import java.util.concurrent.Semaphore;

/** QuorumAccess. Nothing here waits; answers come on the threads of the member. */
final class QuorumAccessHandler extends QuorumAccessGrpc.QuorumAccessImplBase {
  static final int MAX_TIMEOUT_MS = 300_000;

  /** Registrations that whoever is not known yet may have under way here at once. */
  static final int MAX_REGISTRATIONS = 64;

  /** For the registration of whoever is not known yet; a broker asks again after less. */
  static final int MAX_REGISTRATION_MS = 10_000;

  /** Of a registration by whoever is not known yet, without the replicas that it holds. */
  static final int MAX_REGISTRATION_BYTES = 64 << 10;

  /** A topic's id and a partition, each with what protobuf adds. */
  private static final int HELD_REPLICA_BYTES = 32;

  private final NodeName node;
  private final QuorumMember member;
  private final TokenHashes hashes;
  private final FollowersLoop followers;
  private final Semaphore registrations = new Semaphore(MAX_REGISTRATIONS);

  QuorumAccessHandler(
      NodeName node, QuorumMember member, TokenHashes hashes, FollowersLoop followers) {
    this.node = node;
    this.member = member;
    this.hashes = hashes;
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
    PeerCaller caller = PeerCaller.current();
    if (caller.isKnown(hashes)) {
      var _ =
          member
              .submit(decoded(request), request.getTimeoutMs())
              .thenAccept(answer -> reply.give(response(answer)));
    } else {
      submitForStranger(request, caller, reply);
    }
  }

  private static SubmittedCommand decoded(SubmitRequest request) {
    return CommandCodec.decode(request.getSubmission().asReadOnlyByteBuffer());
  }

  /** Takes a registration only, and looks at it before the quorum has to. */
  private void submitForStranger(
      SubmitRequest request, PeerCaller caller, UnaryReply<SubmitResponse> reply) {
    int bytes = request.getSubmission().size();
    if (bytes > MAX_REGISTRATION_BYTES + (long) mostHeld() * HELD_REPLICA_BYTES) {
      reply.refuse(tooLarge(bytes));
      return;
    }
    SubmittedCommand submitted = decoded(request);
    if (!(submitted.command() instanceof MetadataCommand.RegisterBroker register)) {
      reply.refuse(PeerCaller.unknown());
      return;
    }
    int replicas = member.view().image().load(register.brokerId()).replicas();
    if (bytes > MAX_REGISTRATION_BYTES + (long) replicas * HELD_REPLICA_BYTES) {
      reply.refuse(tooLarge(bytes));
      return;
    }
    Optional<Decision.Refused> wrong = RegistrationChecks.refusal(register);
    if (wrong.isPresent()) {
      long index = member.view().appliedIndex();
      reply.give(response(new QuorumAnswer.Refused(index, wrong.get())));
      return;
    }
    int timeoutMs = Math.min(request.getTimeoutMs(), MAX_REGISTRATION_MS);
    register(submitted, register, caller, timeoutMs, reply);
  }

  /** How many replicas the fullest broker has. */
  private int mostHeld() {
    return member.view().image().loads().values().stream()
        .mapToInt(BrokerLoad::replicas)
        .max()
        .orElse(0);
  }

  private static Status tooLarge(int bytes) {
    return Status.INVALID_ARGUMENT.withDescription(
        "a registration has at most %s bytes and %s for each replica of its broker that this member knows of, got %s; ask another member if this one is behind"
            .formatted(MAX_REGISTRATION_BYTES, HELD_REPLICA_BYTES, bytes));
  }

  /** Whoever is not known yet has its registration journalled under its address, not its word. */
  private void register(
      SubmittedCommand submitted,
      MetadataCommand.RegisterBroker register,
      PeerCaller caller,
      int timeoutMs,
      UnaryReply<SubmitResponse> reply) {
    if (!registrations.tryAcquire()) {
      reply.refuse(
          Status.RESOURCE_EXHAUSTED.withDescription(
              MAX_REGISTRATIONS + " registrations are under way here already; ask another member"));
      return;
    }
    CommandOrigin self = CommandOrigin.ofBroker(register.brokerId());
    CommandOrigin origin = new CommandOrigin(self.principal(), caller.address(), self.tool());
    var _ =
        member
            .submit(new SubmittedCommand(submitted.requestId(), origin, register), timeoutMs)
            .thenAccept(answer -> {
              registrations.release();
              reply.give(response(answer));
            });
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

  private static SubmitResponse response(QuorumAnswer answer) {
    return switch (answer) {
      case QuorumAnswer.Decided decided -> answered(decided);
      case QuorumAnswer.Refused refused -> answered(refused);
      case QuorumAnswer.Unavailable(String why) ->
          SubmitResponse.newBuilder().setUnavailable(unavailable(why)).build();
      case QuorumAnswer.TimedOut timedOut ->
          SubmitResponse.newBuilder().setUnknown(OutcomeUnknown.getDefaultInstance()).build();
    };
  }

  private static SubmitResponse answered(QuorumAnswer answer) {
    ByteString bytes = UnsafeByteOperations.unsafeWrap(AnswerCodec.encode(answer));
    return SubmitResponse.newBuilder().setAnswer(bytes).build();
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
