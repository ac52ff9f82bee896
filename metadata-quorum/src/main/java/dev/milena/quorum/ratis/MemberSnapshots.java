package dev.milena.quorum.ratis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has Ratis take this member's snapshots: by the clock and by {@link SnapshotPace}, beside those
 * that Ratis takes by itself after so many entries. The timer owns it; {@link #take} is for any
 * thread.
 */
final class MemberSnapshots {
  private static final Logger log = LoggerFactory.getLogger(MemberSnapshots.class);

  private static final long WAIT_MS = 60_000;
  private static final long LOOK_EVERY_MS = 1_000;

  private final Membership membership;
  private final Executor blocking;
  private final RaftGroupId group;
  private final QuorumTuning.Snapshots tuning;
  private final ClientId client = ClientId.randomId();
  private final AtomicBoolean underWay = new AtomicBoolean();
  private volatile long begunMs = nowMs();
  private volatile long tookMs;

  /**
   * @param blocking runs what may wait for Ratis
   */
  MemberSnapshots(Membership membership, QuorumSettings settings, Executor blocking) {
    this.membership = membership;
    this.blocking = blocking;
    group = RaftGroupId.valueOf(settings.groupId());
    tuning = settings.tuning().snapshots();
  }

  /** From now on, on this thread. */
  void begin(ScheduledExecutorService timer) {
    Looks.every(timer, tuning.everyMs(), this::takeOpen);
    Looks.every(timer, LOOK_EVERY_MS, this::look);
  }

  private void look() {
    long rows = membership.peer().replica().rowsSinceSnapshot();
    if (SnapshotPace.isDue(tuning, rows, nowMs() - begunMs, tookMs)) {
      takeOpen();
    }
  }

  /** Unless the log is not open, or one is being taken: a disk may hang. */
  private void takeOpen() {
    if (!membership.peer().isOpen() || !underWay.compareAndSet(false, true)) {
      return;
    }
    long now = nowMs();
    begunMs = now;
    // apart from the timer: Ratis asks for its lock first, which who waits for a disk may hold
    var _ =
        CompletableFuture.supplyAsync(this::take, blocking)
            .thenCompose(taking -> taking)
            .whenComplete((index, failure) -> {
              underWay.set(false);
              if (failure == null) {
                tookMs = nowMs() - now;
              } else {
                missed(failure);
              }
            });
  }

  private static void missed(Throwable failure) {
    MissedSnapshot.expected(failure, WAIT_MS)
        .map(why -> log.atWarn().addKeyValue("why", why))
        .orElseGet(() -> log.atWarn().setCause(failure))
        .log("no snapshot was taken; trying again later");
  }

  /**
   * Takes one now, if anything was applied since the last.
   *
   * @return its index, or 0 when there was nothing to do
   */
  CompletionStage<Long> take() {
    RaftServer server = membership.peer().server();
    SnapshotManagementRequest request =
        SnapshotManagementRequest.newCreate(
            client, server.getId(), group, membership.peer().calls().nextCallId(), WAIT_MS, 1);
    return server.snapshotManagementAsync(request).thenApply(RaftClientReply::getLogIndex);
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
