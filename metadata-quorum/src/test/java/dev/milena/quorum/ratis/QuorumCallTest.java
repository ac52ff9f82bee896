package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QuorumCallTest {
  private static final CallOutcome REPLIED = new CallOutcome.Replied(3, ByteBuffer.allocate(0));

  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

  @AfterEach
  void stopTheTimer() {
    timer.shutdownNow();
  }

  @Test
  void attemptsGoOnUntilOneSucceeds() throws Exception {
    QuorumCall.End end =
        call(
            10_000,
            List.of(
                done(new CallOutcome.NotNow("no leader", false)),
                CompletableFuture.failedFuture(new IllegalStateException("odd")),
                done(new CallOutcome.NotNow("stepping down", true)),
                done(REPLIED)));

    assertEquals(new QuorumCall.End.Replied(3, ByteBuffer.allocate(0)), end);
  }

  @Test
  void whatWasSurelyNotLoggedIsSafeToAskAgain() throws Exception {
    QuorumCall.End end = call(50, List.of(done(new CallOutcome.NotNow("no leader", false))));

    assertEquals(new QuorumCall.End.GaveUp("no leader", false), end);
  }

  @Test
  void whatMayHaveBeenLoggedOnceStaysInDoubt() throws Exception {
    QuorumCall.End end =
        call(
            100,
            List.of(
                done(new CallOutcome.NotNow("stepping down", true)),
                done(new CallOutcome.NotNow("no leader", false))));

    assertEquals(new QuorumCall.End.GaveUp("no leader", true), end);
  }

  @Test
  void whatIsOverIsNotTriedAgainAndTheDoubtStays() throws Exception {
    QuorumCall.End sure = call(60_000, List.of(done(new CallOutcome.Over("too late"))));
    QuorumCall.End inDoubt =
        call(
            60_000,
            List.of(
                done(new CallOutcome.NotNow("stepping down", true)),
                done(new CallOutcome.Over("too late"))));

    assertEquals(new QuorumCall.End.GaveUp("too late", false), sure);
    assertEquals(new QuorumCall.End.GaveUp("too late", true), inDoubt);
  }

  @Test
  void anAttemptThatIsStillUnderWayLeavesItInDoubt() throws Exception {
    QuorumCall.End end = call(50, List.of(new CompletableFuture<>()));

    assertTrue(((QuorumCall.End.GaveUp) end).maybeLogged());
  }

  @Test
  void aStoppingMemberAnswersAtOnce() throws Exception {
    CompletableFuture<CallOutcome> attempt = new CompletableFuture<>();
    CompletableFuture<QuorumCall.End> end = QuorumCall.start(() -> attempt, timer, 60_000);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    timer.setRejectedExecutionHandler(new java.util.concurrent.ThreadPoolExecutor.DiscardPolicy());
    timer.shutdown();

    attempt.complete(new CallOutcome.NotNow("closed", false));

    assertEquals(new QuorumCall.End.GaveUp("closed", false), end.get(5, TimeUnit.SECONDS));
  }

  /** The last of the outcomes is repeated. */
  private QuorumCall.End call(long timeoutMs, List<CompletableFuture<CallOutcome>> outcomes)
      throws Exception {
    ArrayDeque<CompletableFuture<CallOutcome>> left = new ArrayDeque<>(outcomes);
    return QuorumCall.start(
            () -> left.size() > 1 ? left.removeFirst() : left.getFirst(), timer, timeoutMs)
        .get(20, TimeUnit.SECONDS);
  }

  private static CompletableFuture<CallOutcome> done(CallOutcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }
}
