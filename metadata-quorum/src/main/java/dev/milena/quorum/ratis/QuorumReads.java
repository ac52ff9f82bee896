package dev.milena.quorum.ratis;

import dev.milena.metadata.ReadAnswer;
import dev.milena.quorum.store.MetadataReplica;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Has readers wait until this node's view holds all that was agreed before they asked. */
final class QuorumReads {
  private static final long BARRIER_MS = 5_000;
  private static final long ASK_AGAIN_MS = 50;

  private final Membership membership;
  private final ScheduledExecutorService timer;
  private final Executor callers;
  private final ReadBarrier barrier;

  /**
   * @param callers where readers are answered: they may block
   */
  QuorumReads(Membership membership, ScheduledExecutorService timer, Executor callers) {
    this.membership = membership;
    this.timer = timer;
    this.callers = callers;
    barrier = new ReadBarrier(() -> QuorumCall.start(this::askOnce, timer, BARRIER_MS));
  }

  CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
    CompletableFuture<ReadAnswer> answer = new CompletableFuture<>();
    ScheduledFuture<?> deadline =
        timer.schedule(
            () -> complete(answer, new ReadAnswer.Unavailable("the quorum did not answer in time")),
            timeoutMs,
            TimeUnit.MILLISECONDS);
    var _ = answer.whenComplete((known, failure) -> deadline.cancel(false));
    ask(answer);
    return answer;
  }

  /** Asks until the reader has an answer; its deadline gives it one. */
  private void ask(CompletableFuture<ReadAnswer> answer) {
    MetadataReplica replica = membership.peer().replica();
    var _ =
        barrier
            .await()
            .thenAccept(end -> {
              switch (end) {
                case QuorumCall.End.Replied replied ->
                    replica.whenApplied(
                        replied.index(),
                        () -> complete(answer, new ReadAnswer.CaughtUp(replied.index())));
                case QuorumCall.End.GaveUp gaveUp -> askAgain(answer, gaveUp.why());
              }
            });
  }

  private void askAgain(CompletableFuture<ReadAnswer> answer, String why) {
    if (answer.isDone()) {
      return;
    }
    var _ = timer.schedule(() -> ask(answer), ASK_AGAIN_MS, TimeUnit.MILLISECONDS);
    if (timer.isShutdown()) {
      complete(answer, new ReadAnswer.Unavailable(why));
    }
  }

  private void complete(CompletableFuture<ReadAnswer> answer, ReadAnswer value) {
    callers.execute(() -> answer.complete(value));
  }

  /**
   * Asks where the quorum is. Ratis' linearizable read asks nobody while nothing new was committed,
   * so that a leader that was cut off may answer stale (read and run in 3.3.0); an empty entry
   * through the log cannot. A single voter has nobody who could have gone on without it.
   */
  private CompletableFuture<CallOutcome> askOnce() {
    LocalPeer peer = membership.peer();
    return peer.calls().isAlone()
        ? peer.calls().readAlone(peer.replica().view()::appliedIndex)
        : peer.calls().write(ByteBuffer.allocate(0));
  }
}
