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
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EntriesInOrderTest {
  private final AtomicLong flushed = new AtomicLong(5);
  private final AtomicLong last = new AtomicLong(10);
  private final Queue<Long> letIn = new ConcurrentLinkedQueue<>();
  private final LogCuts cuts = new LogCuts();
  private final EntriesInOrder.Target target =
      new EntriesInOrder.Target() {
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
    LeaderCall slow = call();
    Thread waiting = Thread.ofPlatform().daemon().start(() -> slow.requests().onMessage(some(6)));
    TestQuorum.await("waiting", () -> waiting.getState() == Thread.State.TIMED_WAITING);

    call().requests().onMessage(some(11));
    assertEquals(List.of(11L), List.copyOf(letIn));

    flushed.set(10);
    waiting.join();
    assertEquals(List.of(11L, 6L), List.copyOf(letIn));
    assertEquals(List.of(), List.copyOf(slow.closed()));
  }

  @Test
  void ofARefusedCallNothingMoreIsLetIn() {
    order = within(300);
    LeaderCall call = call();
    call.requests().onMessage(some(6));
    assertEquals(List.of(Status.Code.UNAVAILABLE), List.copyOf(call.closed()));

    flushed.set(10);
    call.requests().onMessage(some(6));
    call.requests().onMessage(some(11));
    call.requests().onMessage(AppendEntriesRequestProto.getDefaultInstance());
    call.requests().onHalfClose();
    assertEquals(List.of(), List.copyOf(letIn));
    assertEquals(1, call.closed().size());

    call().requests().onMessage(some(6));
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
    Thread holder = Thread.ofPlatform().daemon().start(() -> call().requests().onMessage(some(11)));
    within.await();

    LeaderCall call = call();
    call.requests().onMessage(some(12));
    assertEquals(List.of(Status.Code.UNAVAILABLE), List.copyOf(call.closed()));
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
    Thread first = Thread.ofPlatform().daemon().start(() -> call().requests().onMessage(some(11)));
    within.await();
    Thread same = Thread.ofPlatform().daemon().start(() -> call().requests().onMessage(some(11)));
    TestQuorum.await("waiting", () -> same.getState() == Thread.State.TIMED_WAITING);
    mayEnd.countDown();
    first.join();
    assertEquals(List.of(11L), List.copyOf(letIn));
    assertTrue(same.isAlive());
    flushed.set(11);
    same.join();
    assertEquals(List.of(11L, 11L), List.copyOf(letIn));
  }

  @Test
  void aHeartbeatWaitsForNoDisk() {
    var _ = cuts.truncate(7);
    call().requests().onMessage(AppendEntriesRequestProto.getDefaultInstance());
    assertTrue(cuts.areUnderWay(10));
    assertEquals(List.of(-1L), List.copyOf(letIn));
  }

  @Test
  void whatComesBehindACutWaitsUntilWhatCameInsteadIsBeingFlushed() throws Exception {
    flushed.set(10);
    CompletableFuture<Void> cut = cuts.truncate(7);
    last.set(7);
    Thread behind = Thread.ofPlatform().daemon().start(() -> call().requests().onMessage(some(8)));
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

  /** Ratis drops what it has queued for the log, and reckons from the snapshot on. */
  @Test
  void aCutThatASnapshotComesInTheWayOfIsOver() {
    var _ = cuts.truncate(7);
    cuts.snapshotComes();
    assertTrue(cuts.areUnderWay(20));
    cuts.snapshotCame();
    assertFalse(cuts.areUnderWay(20));
  }

  /** The log's thread had taken it out of the queue before, and is done with it later. */
  @Test
  void aCutThatIsBeingMadeWhenASnapshotComesIsOverToo() throws Exception {
    CompletableFuture<Void> cut = cuts.truncate(7);
    cuts.snapshotComes();
    cuts.snapshotCame();
    var _ = cut.get();
    assertFalse(cuts.areUnderWay(20));
  }

  @Test
  void theEndOfACutThatASnapshotCameInTheWayOfIsNotThatOfTheNext() throws Exception {
    CompletableFuture<Void> cut = cuts.truncate(7);
    cuts.snapshotComes();
    CompletableFuture<Void> next = cuts.truncate(30);
    cuts.snapshotCame();
    var _ = cut.get();
    assertTrue(cuts.areUnderWay(29));
    var _ = next.get();
    assertFalse(cuts.areUnderWay(29));
  }

  @Test
  void aCutBehindTheSnapshotIsUnderWayStill() {
    cuts.snapshotComes();
    var _ = cuts.truncate(7);
    cuts.snapshotCame();
    assertTrue(cuts.areUnderWay(6));
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

  private LeaderCall call() {
    return new LeaderCall(
        order,
        message -> {
          meanwhile.run();
          letIn.add(message.getEntriesCount() == 0 ? -1L : message.getEntries(0).getIndex());
        },
        () -> letIn.add(-2L));
  }
}
