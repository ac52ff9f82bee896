package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.PeerName;
import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.grpc.AdminProtocolServiceGrpc;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses on the quorum's port what is addressed to another peer, and all of Ratis' administration;
 * and tells whose log comes over which connection.
 *
 * <p>Ratis does not look at the addressee (3.3.0): what a leader sends to a voter that lost its
 * disk would be taken in, and acknowledged under the old name, by whoever listens at the same
 * address now. Administration (groups, voters, leadership) is done in the process alone.
 */
final class PortGuard implements ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(PortGuard.class);

  private final PeerName self;
  private final ByteString id;

  PortGuard(PeerName self) {
    this.self = self;
    this.id = RatisPeers.id(self).toByteString();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (AdminProtocolServiceGrpc.SERVICE_NAME.equals(call.getMethodDescriptor().getServiceName())) {
      call.close(
          Status.PERMISSION_DENIED.withDescription(
              "the quorum is administrated with kafkactl quorum, on the clients' port"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return new Guarded<>(next.startCall(call, headers), call);
  }

  private boolean isMisaddressed(Object message) {
    return addressed(message).filter(request -> !request.getReplyId().equals(id)).isPresent();
  }

  private static Optional<RaftRpcRequestProto> addressed(Object message) {
    return switch (message) {
      case AppendEntriesRequestProto append -> Optional.of(append.getServerRequest());
      case RequestVoteRequestProto vote -> Optional.of(vote.getServerRequest());
      case InstallSnapshotRequestProto snapshot -> Optional.of(snapshot.getServerRequest());
      case StartLeaderElectionRequestProto election -> Optional.of(election.getServerRequest());
      case ReadIndexRequestProto read -> Optional.of(read.getServerRequest());
      default -> Optional.empty();
    };
  }

  /** A call whose messages are looked at before Ratis sees them. */
  private final class Guarded<Q, A> extends RefusableListener<Q, A> {
    Guarded(ServerCall.Listener<Q> ratis, ServerCall<Q, A> call) {
      super(ratis, call);
    }

    @Override
    void look(Q message) {
      if (isMisaddressed(message)) {
        log.atDebug()
            .addKeyValue("method", call().getMethodDescriptor().getFullMethodName())
            .log("refused what is addressed to another peer");
        refuse(Status.FAILED_PRECONDITION.withDescription("here is " + self));
        return;
      }
      if (message instanceof AppendEntriesRequestProto append) {
        PeerConnections.writes(call(), append.getServerRequest().getRequestorId());
      }
      pass(message);
    }
  }
}
