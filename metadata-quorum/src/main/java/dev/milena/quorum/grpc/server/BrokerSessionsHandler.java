package dev.milena.quorum.grpc.server;

import dev.milena.proto.peer.v1.AwaitSpreadRequest;
import dev.milena.proto.peer.v1.AwaitSpreadResponse;
import dev.milena.proto.peer.v1.BrokerBeat;
import dev.milena.proto.peer.v1.BrokerSessionsGrpc;
import dev.milena.proto.peer.v1.LeaderBeat;
import dev.milena.proto.peer.v1.LeaderPlace;
import dev.milena.proto.peer.v1.NotLeader;
import dev.milena.quorum.control.SessionDesk;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * BrokerSessions: what standing streams say is handed to the desk of the quorum's leader. Nothing
 * here waits. A broker has one stream, so there are no more than registered brokers.
 */
final class BrokerSessionsHandler extends BrokerSessionsGrpc.BrokerSessionsImplBase {
  static final int MAX_SPREAD_MS = 60_000;

  private final QuorumMember member;
  private final SessionDesk desk;
  private final TokenHashes hashes;
  private final AtomicLong numbers = new AtomicLong();
  private final ConcurrentHashMap<Integer, SessionStream> streams = new ConcurrentHashMap<>();

  BrokerSessionsHandler(QuorumMember member, SessionDesk desk, TokenHashes hashes) {
    this.member = member;
    this.desk = desk;
    this.hashes = hashes;
  }

  @Override
  public StreamObserver<BrokerBeat> session(StreamObserver<LeaderBeat> out) {
    ServerCallStreamObserver<LeaderBeat> beats = (ServerCallStreamObserver<LeaderBeat>) out;
    if (!(PeerCaller.current() instanceof PeerCaller.Broker broker && broker.isKnown(hashes))) {
      return turnedAway(beats);
    }
    SessionStream stream =
        new SessionStream(broker.id(), numbers.incrementAndGet(), desk, beats, this::heard);
    beats.disableAutoRequest();
    beats.setOnReadyHandler(stream::ready);
    beats.setOnCancelHandler(() -> gone(stream));
    SessionStream older = streams.put(broker.id(), stream);
    if (older != null) {
      older.end(Status.ABORTED, "a newer stream of this broker took its place");
    }
    stream.begin();
    return new StreamObserver<>() {
      @Override
      public void onNext(BrokerBeat beat) {
        if (!stream.beat(beat)) {
          streams.remove(broker.id(), stream);
        }
      }

      @Override
      public void onError(Throwable failure) {
        gone(stream);
      }

      @Override
      public void onCompleted() {
        streams.remove(broker.id(), stream);
        stream.complete();
      }
    };
  }

  private static StreamObserver<BrokerBeat> turnedAway(ServerCallStreamObserver<LeaderBeat> out) {
    out.setOnCancelHandler(() -> {});
    out.onError(PeerCaller.unknown().asRuntimeException());
    return new StreamObserver<>() {
      @Override
      public void onNext(BrokerBeat beat) {
        // it has its answer
      }

      @Override
      public void onError(Throwable failure) {
        // it is gone
      }

      @Override
      public void onCompleted() {
        // it has its answer
      }
    };
  }

  private void gone(SessionStream stream) {
    streams.remove(stream.broker(), stream);
    stream.gone();
  }

  private LeaderBeat heard(boolean byLeader) {
    if (!byLeader) {
      return LeaderBeat.newBuilder().setNotLeader(notLeader()).build();
    }
    LeaderBeat.Builder answer = LeaderBeat.newBuilder();
    LeaderPlace.Builder place = answer.getHeardBuilder();
    place.setTerm(member.term()).setAppliedIndex(member.view().appliedIndex());
    desk.clusterTimeAheadMs()
        .ifPresent(aheadMs ->
            place.setClusterTimeMs(aheadMs + TimeUnit.NANOSECONDS.toMillis(System.nanoTime())));
    return answer.build();
  }

  private NotLeader notLeader() {
    NotLeader.Builder answer = NotLeader.newBuilder();
    LeaderHints.of(member.sight(), member.view().image()).ifPresent(answer::setLeader);
    return answer.build();
  }

  @Override
  public void awaitSpread(AwaitSpreadRequest request, StreamObserver<AwaitSpreadResponse> out) {
    UnaryReply<AwaitSpreadResponse> reply = new UnaryReply<>(out);
    int timeoutMs = request.getTimeoutMs();
    if (!PeerCaller.current().isKnown(hashes)) {
      reply.refuse(PeerCaller.unknown());
    } else if (timeoutMs < 1 || timeoutMs > MAX_SPREAD_MS) {
      reply.refuse(
          Status.INVALID_ARGUMENT.withDescription(
              "timeout_ms is 1 to %s, got %s".formatted(MAX_SPREAD_MS, timeoutMs)));
    } else if (!desk.isStaffed()) {
      reply.give(AwaitSpreadResponse.newBuilder().setNotLeader(notLeader()).build());
    } else {
      desk.awaitSpread(
          request.getIndex(),
          timeoutMs,
          spread -> reply.give(AwaitSpreadResponse.newBuilder().setSpread(spread).build()));
    }
  }

  /** This member leads no longer: its brokers are sent to whoever does. Any thread. */
  void dismiss() {
    List.copyOf(streams.values()).forEach(SessionStream::dismiss);
    streams.clear();
  }

  /** This member is stopping. */
  void close() {
    List.copyOf(streams.values())
        .forEach(stream -> stream.end(Status.UNAVAILABLE, "this member is stopping"));
    streams.clear();
  }

  int size() {
    return streams.size();
  }
}
