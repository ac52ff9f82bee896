package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EntriesInOrderTest {
  private final AtomicLong flushed = new AtomicLong(5);
  private final AtomicLong last = new AtomicLong(10);
  private final Queue<Long> letIn = new ConcurrentLinkedQueue<>();
  private final LogCuts cuts = new LogCuts();
  private volatile boolean opening;
  private final EntriesInOrder.Target target =
      new EntriesInOrder.Target() {
        @Override
        public boolean isOpening() {
          return opening;
        }

        @Override
        public Optional<RaftLog> log() {
          return Optional.of(ratisLog());
        }

        @Override
        public LogCuts cuts() {
          return cuts;
        }
      };
  private EntriesInOrder order = within(Members.TIMEOUT_MS);
  private volatile Runnable meanwhile = () -> {};

  @Test
  void whoWaitsForTheDiskKeepsNobodyElseFromItsTurn() throws Exception {
    Call slow = new Call();
    Thread waiting = Thread.ofPlatform().daemon().start(() -> slow.requests.onMessage(some(6)));
    TestQuorum.await("waiting", () -> waiting.getState() == Thread.State.TIMED_WAITING);

    new Call().requests.onMessage(some(11));
    assertEquals(List.of(11L), List.copyOf(letIn));

    flushed.set(10);
    waiting.join();
    assertEquals(List.of(11L, 6L), List.copyOf(letIn));
    assertEquals(List.of(), List.copyOf(slow.closed));
  }

  @Test
  void ofARefusedCallNothingMoreIsLetIn() {
    order = within(300);
    Call call = new Call();
    call.requests.onMessage(some(6));
    assertEquals(List.of(Status.Code.UNAVAILABLE), List.copyOf(call.closed));

    flushed.set(10);
    call.requests.onMessage(some(6));
    call.requests.onMessage(some(11));
    call.requests.onMessage(AppendEntriesRequestProto.getDefaultInstance());
    call.requests.onHalfClose();
    assertEquals(List.of(), List.copyOf(letIn));
    assertEquals(1, call.closed.size());

    new Call().requests.onMessage(some(6));
    assertEquals(List.of(6L), List.copyOf(letIn));
  }

  @Test
  void whoGetsNoTurnInTimeIsRefused() throws Exception {
    order = within(300);
    CountDownLatch mayEnd = new CountDownLatch(1);
    CountDownLatch within = new CountDownLatch(1);
    meanwhile =
        () -> {
          within.countDown();
          TestQuorum.await("the end", () -> mayEnd.getCount() == 0);
        };
    Thread holder =
        Thread.ofPlatform().daemon().start(() -> new Call().requests.onMessage(some(11)));
    within.await();

    Call call = new Call();
    call.requests.onMessage(some(12));
    assertEquals(List.of(Status.Code.UNAVAILABLE), List.copyOf(call.closed));
    mayEnd.countDown();
    holder.join();
    assertEquals(List.of(11L), List.copyOf(letIn));
  }

  @Test
  void entriesThatOthersPutInWhileItWaitedForItsTurnAreAwaitedToo() throws Exception {
    CountDownLatch within = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    meanwhile =
        () -> {
          meanwhile = () -> {};
          within.countDown();
          TestQuorum.await("the end", () -> mayEnd.getCount() == 0);
          last.set(11);
        };
    Thread first =
        Thread.ofPlatform().daemon().start(() -> new Call().requests.onMessage(some(11)));
    within.await();
    Thread same = Thread.ofPlatform().daemon().start(() -> new Call().requests.onMessage(some(11)));
    TestQuorum.await("waiting", () -> same.getState() == Thread.State.TIMED_WAITING);
    mayEnd.countDown();
    first.join();
    assertEquals(List.of(11L), List.copyOf(letIn));
    assertTrue(same.isAlive());
    flushed.set(11);
    same.join();
    assertEquals(List.of(11L, 11L), List.copyOf(letIn));
  }

  /** Heartbeats too: Ratis begins to follow of one, and then again when the log is open. */
  @Test
  void whileTheLogIsBeingOpenedNothingIsLetIn() throws Exception {
    opening = true;
    for (AppendEntriesRequestProto early :
        List.of(some(11), AppendEntriesRequestProto.getDefaultInstance())) {
      opening = true;
      letIn.clear();
      Thread waiting =
          Thread.ofPlatform().daemon().start(() -> new Call().requests.onMessage(early));
      TestQuorum.await("waiting", () -> waiting.getState() == Thread.State.TIMED_WAITING);
      assertEquals(List.of(), List.copyOf(letIn));
      opening = false;
      waiting.join();
      assertEquals(1, letIn.size());
    }
  }

  @Test
  void aHeartbeatIsRefusedWhereTheLogTakesLongToOpen() {
    order = within(300);
    opening = true;
    Call call = new Call();
    call.requests.onMessage(AppendEntriesRequestProto.getDefaultInstance());
    assertEquals(List.of(Status.Code.UNAVAILABLE), List.copyOf(call.closed));
    assertEquals(List.of(), List.copyOf(letIn));
  }

  @Test
  void whatComesBehindACutWaitsUntilWhatCameInsteadIsBeingFlushed() throws Exception {
    flushed.set(10);
    CompletableFuture<Void> cut = cuts.truncate(7);
    last.set(7);
    Thread behind =
        Thread.ofPlatform().daemon().start(() -> new Call().requests.onMessage(some(8)));
    TestQuorum.await("waiting", () -> behind.getState() == Thread.State.TIMED_WAITING);
    // of what was written before, while the cut is in the queue
    var _ = cuts.flush(10);
    assertTrue(cuts.areUnderWay(7));
    var _ = cut.get();
    assertTrue(cuts.areUnderWay(7));
    assertEquals(List.of(), List.copyOf(letIn));

    flushed.set(6);
    var _ = cuts.flush(7);
    behind.join();
    assertEquals(List.of(8L), List.copyOf(letIn));
  }

  @Test
  void aCutThatNothingCameAfterIsOverWhenItIsDone() throws Exception {
    CompletableFuture<Void> cut = cuts.truncate(7);
    assertTrue(cuts.areUnderWay(6));
    var _ = cut.get();
    assertFalse(cuts.areUnderWay(6));
  }

  private EntriesInOrder within(long waitMs) {
    return new EntriesInOrder(target, waitMs);
  }

  private static AppendEntriesRequestProto some(long index) {
    return AppendEntriesRequestProto.newBuilder()
        .addEntries(LogEntryProto.newBuilder().setTerm(1).setIndex(index))
        .build();
  }

  private RaftLog ratisLog() {
    return (RaftLog)
        Proxy.newProxyInstance(
            RaftLog.class.getClassLoader(),
            new Class<?>[] {RaftLog.class},
            (_, method, _) ->
                switch (method.getName()) {
                  case "getFlushIndex" -> flushed.get();
                  case "getLastEntryTermIndex" -> TermIndex.valueOf(1, last.get());
                  default -> throw new AssertionError(method.toString());
                });
  }

  /** A leader's, behind which Ratis would take in what is let in. */
  private final class Call extends ServerCall<AppendEntriesRequestProto, AppendEntriesReplyProto> {
    private final Queue<Status.Code> closed = new ConcurrentLinkedQueue<>();
    private final Listener<AppendEntriesRequestProto> requests =
        order.interceptCall(
            this,
            new Metadata(),
            (_, _) ->
                new Listener<>() {
                  @Override
                  public void onMessage(AppendEntriesRequestProto message) {
                    meanwhile.run();
                    letIn.add(
                        message.getEntriesCount() == 0 ? -1L : message.getEntries(0).getIndex());
                  }

                  @Override
                  public void onHalfClose() {
                    letIn.add(-2L);
                  }
                });

    @Override
    public void close(Status status, Metadata trailers) {
      closed.add(status.getCode());
    }

    @Override
    public void request(int count) {
      throw new AssertionError("asks for " + count);
    }

    @Override
    public void sendHeaders(Metadata headers) {
      throw new AssertionError("answers");
    }

    @Override
    public void sendMessage(AppendEntriesReplyProto message) {
      throw new AssertionError("answers");
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<AppendEntriesRequestProto, AppendEntriesReplyProto>
        getMethodDescriptor() {
      return RaftServerProtocolServiceGrpc.getAppendEntriesMethod();
    }
  }
}
