package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.io.grpc.Status;
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
