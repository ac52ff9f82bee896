package dev.milena.quorum.grpc.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.Decision;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.RegistrationChecks;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.codec.AnswerCodec;
import dev.milena.metadata.codec.CommandCodec;
import dev.milena.proto.peer.v1.OutcomeUnknown;
import dev.milena.proto.peer.v1.QuorumUnavailable;
import dev.milena.proto.peer.v1.SubmitRequest;
import dev.milena.proto.peer.v1.SubmitResponse;
import io.grpc.Status;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;

/**
 * What other nodes submit through this node's member. Who is not known may register, and costs no
 * more than a bound before it is known. Nothing here waits.
 */
final class Submissions {
  /** Registrations that whoever is not known yet may have under way here at once. */
  static final int MAX_REGISTRATIONS = 64;

  /** For the registration of whoever is not known yet; a broker asks again after less. */
  static final int MAX_REGISTRATION_MS = 10_000;

  /** Of a registration by whoever is not known yet, without the replicas that it holds. */
  static final int MAX_REGISTRATION_BYTES = 64 << 10;

  /** A topic's id and a partition, each with what protobuf adds. */
  private static final int HELD_REPLICA_BYTES = 32;

  private final QuorumMember member;
  private final TokenHashes hashes;
  private final Semaphore registrations = new Semaphore(MAX_REGISTRATIONS);

  Submissions(QuorumMember member, TokenHashes hashes) {
    this.member = member;
    this.hashes = hashes;
  }

  /** Takes a submission whose time is within bounds. */
  void take(SubmitRequest request, PeerCaller caller, UnaryReply<SubmitResponse> reply) {
    if (caller instanceof PeerCaller.Broker broker && broker.isKnown(hashes)) {
      takeOfBroker(request, broker.id(), reply);
    } else {
      takeOfStranger(request, caller, reply);
    }
  }

  private void takeOfBroker(SubmitRequest request, int brokerId, UnaryReply<SubmitResponse> reply) {
    SubmittedCommand submitted = decoded(request);
    if (!SubmitRules.mayCome(submitted.command(), brokerId)) {
      reply.refuse(
          Status.PERMISSION_DENIED.withDescription(
              "broker %s may not submit what only the quorum's leader does, or another broker"
                  .formatted(brokerId)));
      return;
    }
    SubmittedCommand allowed =
        submitted.command() instanceof RegisterBroker register
            ? new SubmittedCommand(
                submitted.requestId(), submitted.origin(), proven(register, request))
            : submitted;
    var _ =
        member
            .submit(allowed, request.getTimeoutMs())
            .thenAccept(answer -> reply.give(response(answer)));
  }

  private static SubmittedCommand decoded(SubmitRequest request) {
    return CommandCodec.decodeFromOutside(request.getSubmission().asReadOnlyByteBuffer());
  }

  private RegisterBroker proven(RegisterBroker register, SubmitRequest request) {
    Optional<BrokerImage> row = member.view().image().broker(register.brokerId());
    return SubmitRules.proven(register, row, request.getReplacesToken());
  }

  /** Bounds come before reading, and reading before anything is kept. */
  private void takeOfStranger(
      SubmitRequest request, PeerCaller caller, UnaryReply<SubmitResponse> reply) {
    OptionalInt brokerId = SubmitRules.brokerOf(caller);
    long most = MAX_REGISTRATION_BYTES + (long) replicas(brokerId) * HELD_REPLICA_BYTES;
    int bytes = request.getSubmission().size();
    if (bytes > most) {
      reply.refuse(tooLarge(bytes));
      return;
    }
    if (!registrations.tryAcquire()) {
      reply.refuse(
          Status.RESOURCE_EXHAUSTED.withDescription(
              MAX_REGISTRATIONS + " registrations are under way here already; ask another member"));
      return;
    }
    boolean passedOn = false;
    try {
      passedOn = passOn(request, caller, brokerId, reply);
    } finally {
      if (!passedOn) {
        registrations.release();
      }
    }
  }

  private int replicas(OptionalInt brokerId) {
    return brokerId.isPresent() ? member.view().image().load(brokerId.getAsInt()).replicas() : 0;
  }

  private static Status tooLarge(int bytes) {
    return Status.INVALID_ARGUMENT.withDescription(
        "a registration has at most %s bytes and %s for each replica that this member knows of the broker which the headers name, got %s; ask another member if this one is behind"
            .formatted(MAX_REGISTRATION_BYTES, HELD_REPLICA_BYTES, bytes));
  }

  /** Takes a registration only, and looks at it before the quorum has to; says whether it went. */
  private boolean passOn(
      SubmitRequest request,
      PeerCaller caller,
      OptionalInt brokerId,
      UnaryReply<SubmitResponse> reply) {
    SubmittedCommand submitted = decoded(request);
    if (!(submitted.command() instanceof RegisterBroker register)
        || (brokerId.isPresent() && brokerId.getAsInt() != register.brokerId())) {
      reply.refuse(PeerCaller.unknown());
      return false;
    }
    Optional<Decision.Refused> wrong = RegistrationChecks.refusal(register);
    if (wrong.isPresent()) {
      long index = member.view().appliedIndex();
      reply.give(response(new QuorumAnswer.Refused(index, wrong.get())));
      return false;
    }
    // journalled under its address, not its word
    CommandOrigin self = CommandOrigin.ofBroker(register.brokerId());
    CommandOrigin origin = new CommandOrigin(self.principal(), caller.address(), self.tool());
    var _ =
        member
            .submit(
                new SubmittedCommand(submitted.requestId(), origin, proven(register, request)),
                Math.min(request.getTimeoutMs(), MAX_REGISTRATION_MS))
            .thenAccept(answer -> {
              registrations.release();
              reply.give(response(answer));
            });
    return true;
  }

  private static SubmitResponse response(QuorumAnswer answer) {
    return switch (answer) {
      case QuorumAnswer.Decided decided -> answered(decided);
      case QuorumAnswer.Refused refused -> answered(refused);
      case QuorumAnswer.Unavailable(String why) ->
          SubmitResponse.newBuilder()
              .setUnavailable(QuorumUnavailable.newBuilder().setWhy(why))
              .build();
      case QuorumAnswer.TimedOut timedOut ->
          SubmitResponse.newBuilder().setUnknown(OutcomeUnknown.getDefaultInstance()).build();
    };
  }

  private static SubmitResponse answered(QuorumAnswer answer) {
    ByteString bytes = UnsafeByteOperations.unsafeWrap(AnswerCodec.encode(answer));
    return SubmitResponse.newBuilder().setAnswer(bytes).build();
  }
}
