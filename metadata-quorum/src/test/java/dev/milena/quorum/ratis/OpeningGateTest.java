package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc.RaftServerProtocolServiceBlockingStub;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc.RaftServerProtocolServiceImplBase;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpeningGateTest {
  private static final AppendEntriesRequestProto HEARTBEAT =
      AppendEntriesRequestProto.getDefaultInstance();
  private static final AppendEntriesRequestProto ENTRY =
      AppendEntriesRequestProto.newBuilder()
          .addEntries(LogEntryProto.newBuilder().setTerm(1).setIndex(11))
          .build();

  private final Queue<AppendEntriesRequestProto> letIn = new ConcurrentLinkedQueue<>();
  private volatile Runnable meanwhile = () -> {};

  @Test
  void whileTheLogIsBeingOpenedNothingIsLetIn() throws Exception {
    OpeningGate gate = new OpeningGate(Members.TIMEOUT_MS);
    for (AppendEntriesRequestProto early : List.of(HEARTBEAT, ENTRY)) {
      letIn.clear();
      Thread waiting;
      try (var _ = gate.shut()) {
        waiting = Thread.ofPlatform().daemon().start(() -> call(gate).requests().onMessage(early));
        TestQuorum.await("waiting", () -> waiting.getState() == Thread.State.TIMED_WAITING);
        assertEquals(List.of(), List.copyOf(letIn));
      }
      waiting.join();
      assertEquals(List.of(early), List.copyOf(letIn));
    }
  }

  @Test
  void aHeartbeatIsRefusedWhereTheLogTakesLongToOpen() throws Exception {
    OpeningGate gate = new OpeningGate(300);
    LeaderCall call = call(gate);
    try (var _ = gate.shut()) {
      FutureTask<Void> early = new FutureTask<>(() -> call.requests().onMessage(HEARTBEAT), null);
      Thread.ofPlatform().daemon().start(early);
      early.get();
      assertEquals(List.of(Status.Code.UNAVAILABLE), List.copyOf(call.closed()));
    }
    call.requests().onMessage(HEARTBEAT);
    assertEquals(List.of(), List.copyOf(letIn));
    call(gate).requests().onMessage(HEARTBEAT);
    assertEquals(List.of(HEARTBEAT), List.copyOf(letIn));
  }

  /** What Ratis has begun to take in before would meet the opening too. */
  @Test
  void itShutsWhenWhatWasLetInIsTakenIn() throws Exception {
    OpeningGate gate = new OpeningGate(Members.TIMEOUT_MS);
    CountDownLatch within = new CountDownLatch(1);
    CountDownLatch takenIn = new CountDownLatch(1);
    meanwhile =
        () -> {
          within.countDown();
          TestQuorum.await("the end", () -> takenIn.getCount() == 0);
        };
    Thread.ofPlatform().daemon().start(() -> call(gate).requests().onMessage(HEARTBEAT));
    within.await();
    FutureTask<Integer> shutting =
        new FutureTask<>(() -> {
          try (var _ = gate.shut()) {
            return letIn.size();
          }
        });
    Thread opener = Thread.ofPlatform().daemon().start(shutting);
    TestQuorum.await("waiting", () -> opener.getState() == Thread.State.TIMED_WAITING);
    assertTrue(letIn.isEmpty());
    takenIn.countDown();
    assertEquals(1, shutting.get());
  }

  /** Of such a call gRPC only keeps the message, and calls Ratis when it knows that it is all. */
  @Test
  void itShutsWhenAVoteThatWasAskedForIsCast() throws Exception {
    for (Consumer<RaftServerProtocolServiceBlockingStub> asking : ASKING) {
      OpeningGate gate = new OpeningGate(Members.TIMEOUT_MS);
      VoteService votes = new VoteService();
      Server server = votes.behind(gate);
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
      try {
        FutureTask<Void> asked =
            new FutureTask<>(
                () -> asking.accept(RaftServerProtocolServiceGrpc.newBlockingStub(channel)), null);
        Thread.ofPlatform().daemon().start(asked);
        votes.within.await();
        FutureTask<Integer> shutting =
            new FutureTask<>(() -> {
              try (var _ = gate.shut()) {
                return votes.cast.get();
              }
            });
        Thread opener = Thread.ofPlatform().daemon().start(shutting);
        TestQuorum.await(
            "waiting, or shut",
            () -> opener.getState() == Thread.State.TIMED_WAITING || shutting.isDone());
        assertFalse(shutting.isDone());
        votes.mayBeCast.countDown();
        assertEquals(1, shutting.get());
        asked.get();
      } finally {
        channel.shutdownNow();
        server.shutdownNow();
      }
    }
  }

  /** And none is cast while it is shut: the call waits where Ratis would be called. */
  @Test
  void aVoteThatIsAskedForMeanwhileIsRefusedWhereTheLogTakesLongToOpen() throws Exception {
    OpeningGate gate = new OpeningGate(300);
    VoteService votes = new VoteService();
    votes.mayBeCast.countDown();
    Server server = votes.behind(gate);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    try (var _ = gate.shut()) {
      for (Consumer<RaftServerProtocolServiceBlockingStub> asking : ASKING) {
        StatusRuntimeException refused =
            assertThrows(
                StatusRuntimeException.class,
                () -> asking.accept(RaftServerProtocolServiceGrpc.newBlockingStub(channel)));
        assertEquals(Status.Code.UNAVAILABLE, refused.getStatus().getCode());
      }
      assertEquals(0, votes.cast.get());
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }

  /** Calls of one message, in answer to which a member votes, for another or for itself. */
  private static final List<Consumer<RaftServerProtocolServiceBlockingStub>> ASKING =
      List.of(
          stub -> stub.requestVote(RequestVoteRequestProto.getDefaultInstance()),
          stub -> stub.startLeaderElection(StartLeaderElectionRequestProto.getDefaultInstance()));

  /** In the place of Ratis'. */
  private static final class VoteService extends RaftServerProtocolServiceImplBase {
    private final CountDownLatch within = new CountDownLatch(1);
    private final CountDownLatch mayBeCast = new CountDownLatch(1);
    private final AtomicInteger cast = new AtomicInteger();

    Server behind(OpeningGate gate) throws IOException {
      return NettyServerBuilder.forAddress(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
          .addService(this)
          .intercept(gate)
          .build()
          .start();
    }

    @Override
    public void requestVote(
        RequestVoteRequestProto request, StreamObserver<RequestVoteReplyProto> caller) {
      cast(RequestVoteReplyProto.getDefaultInstance(), caller);
    }

    @Override
    public void startLeaderElection(
        StartLeaderElectionRequestProto request,
        StreamObserver<StartLeaderElectionReplyProto> caller) {
      cast(StartLeaderElectionReplyProto.getDefaultInstance(), caller);
    }

    private <A> void cast(A answer, StreamObserver<A> caller) {
      within.countDown();
      TestQuorum.await("the end", () -> mayBeCast.getCount() == 0);
      cast.incrementAndGet();
      caller.onNext(answer);
      caller.onCompleted();
    }
  }

  private LeaderCall call(OpeningGate gate) {
    return new LeaderCall(
        gate,
        message -> {
          meanwhile.run();
          letIn.add(message);
        },
        () -> {});
  }
}
