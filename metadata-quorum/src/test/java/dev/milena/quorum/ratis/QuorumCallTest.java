package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QuorumCallTest {
  private static final CallOutcome REPLIED = new CallOutcome.Replied(3, ByteBuffer.allocate(0));

  private static final long LONG_MS = 60_000;

  /** A timer on which the time of a call is up when the test says so, and pauses pass. */
  private static final class HandTimer extends ScheduledThreadPoolExecutor {
    private final BlockingQueue<Runnable> deadlines = new LinkedBlockingQueue<>();
    private final BlockingQueue<Runnable> lastAttempts = new LinkedBlockingQueue<>();

    HandTimer() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      if (unit.toMillis(delay) >= LONG_MS) {
        deadlines.add(task);
      } else if (unit.toMillis(delay) >= LONG_MS / 2) {
        lastAttempts.add(task);
      }
      return super.schedule(task, delay, unit);
    }

    /** On the timer's thread, as ever: not in the midst of an attempt. */
    void timeIsUp() {
      execute(deadlines.remove());
    }

    void lastAttempt() {
      execute(lastAttempts.remove());
    }
  }

  private final HandTimer timer = new HandTimer();

  @AfterEach
  void stopTheTimer() {
    timer.shutdownNow();
  }

  @Test
  void attemptsGoOnUntilOneSucceeds() throws Exception {
    QuorumCall.End end =
        call(
            List.of(
                done(new CallOutcome.NotNow("no leader", false)),
                CompletableFuture.failedFuture(new IllegalStateException("odd")),
                done(new CallOutcome.NotNow("stepping down", true)),
                done(REPLIED)));

    assertEquals(new QuorumCall.End.Replied(3, ByteBuffer.allocate(0)), end);
  }

  @Test
  void whatWasSurelyNotLoggedIsSafeToAskAgain() throws Exception {
    QuorumCall.End end = cutShort(List.of(done(new CallOutcome.NotNow("no leader", false))));

    assertEquals(new QuorumCall.End.GaveUp("no leader", false), end);
  }

  @Test
  void whatMayHaveBeenLoggedOnceStaysInDoubt() throws Exception {
    QuorumCall.End end =
        cutShort(
            List.of(
                done(new CallOutcome.NotNow("stepping down", true)),
                done(new CallOutcome.NotNow("no leader", false))));

    assertEquals(new QuorumCall.End.GaveUp("no leader", true), end);
  }

  @Test
  void whatIsOverIsNotTriedAgainAndTheDoubtStays() throws Exception {
    QuorumCall.End sure = call(List.of(done(new CallOutcome.Over("too late"))));
    QuorumCall.End inDoubt =
        call(
            List.of(
                done(new CallOutcome.NotNow("stepping down", true)),
                done(new CallOutcome.Over("too late"))));

    assertEquals(new QuorumCall.End.GaveUp("too late", false), sure);
    assertEquals(new QuorumCall.End.GaveUp("too late", true), inDoubt);
  }

  @Test
  void anAttemptThatIsStillUnderWayLeavesItInDoubt() throws Exception {
    QuorumCall.End end = cutShort(List.of(new CompletableFuture<>()));

    assertTrue(((QuorumCall.End.GaveUp) end).maybeLogged());
  }

  @Test
  void theTimeThatIsUpWhileAnAttemptIsMadeLeavesNoDoubtIfItEndsThere() throws Exception {
    CompletableFuture<QuorumCall.End> sure =
        QuorumCall.start(
            () -> {
              timer.deadlines.remove().run();
              return done(new CallOutcome.NotNow("no leader", false));
            },
            timer,
            LONG_MS);
    CompletableFuture<QuorumCall.End> inDoubt =
        QuorumCall.start(
            () -> {
              timer.deadlines.remove().run();
              return new CompletableFuture<>();
            },
            timer,
            LONG_MS);

    assertEquals(new QuorumCall.End.GaveUp("no leader", false), sure.get(20, TimeUnit.SECONDS));
    assertTrue(((QuorumCall.End.GaveUp) inDoubt.get(20, TimeUnit.SECONDS)).maybeLogged());
  }

  @Test
  void anAttemptThatEndsShortlyBeforeTheTimeIsUpIsTheLastAndLeavesNoDoubt() throws Exception {
    CompletableFuture<CallOutcome> first = new CompletableFuture<>();
    ArrayDeque<CompletableFuture<CallOutcome>> left = new ArrayDeque<>(List.of(first));
    CompletableFuture<QuorumCall.End> end = QuorumCall.start(left::removeFirst, timer, LONG_MS);

    timer.lastAttempt();
    timer.execute(() -> first.complete(new CallOutcome.NotNow("no leader", false)));

    assertEquals(new QuorumCall.End.GaveUp("no leader", false), end.get(20, TimeUnit.SECONDS));
  }

  @Test
  void aLastAttemptIsMadeShortlyBeforeTheTimeIsUpAndCounts() throws Exception {
    CountDownLatch made = new CountDownLatch(1);
    AtomicBoolean elected = new AtomicBoolean();
    CompletableFuture<QuorumCall.End> end =
        QuorumCall.start(
            () -> {
              made.countDown();
              return done(elected.get() ? REPLIED : new CallOutcome.NotNow("no leader", false));
            },
            timer,
            LONG_MS);
    assertTrue(made.await(20, TimeUnit.SECONDS), "no attempt was made");

    timer.execute(() -> {
      // both on the timer's thread, where no other attempt comes between them
      elected.set(true);
      timer.lastAttempts.remove().run();
    });

    assertEquals(
        new QuorumCall.End.Replied(3, ByteBuffer.allocate(0)), end.get(20, TimeUnit.SECONDS));
  }

  @Test
  void aStoppingMemberAnswersAtOnce() throws Exception {
    CompletableFuture<CallOutcome> attempt = new CompletableFuture<>();
    CompletableFuture<QuorumCall.End> end = QuorumCall.start(() -> attempt, timer, LONG_MS);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    timer.setRejectedExecutionHandler(new java.util.concurrent.ThreadPoolExecutor.DiscardPolicy());
    timer.shutdown();

    attempt.complete(new CallOutcome.NotNow("closed", false));

    assertEquals(new QuorumCall.End.GaveUp("closed", false), end.get(20, TimeUnit.SECONDS));
  }

  private QuorumCall.End call(List<CompletableFuture<CallOutcome>> outcomes) throws Exception {
    ArrayDeque<CompletableFuture<CallOutcome>> left = new ArrayDeque<>(outcomes);
    return QuorumCall.start(left::removeFirst, timer, LONG_MS).get(20, TimeUnit.SECONDS);
  }

  /** The time is up when all these attempts were made; the last of them is repeated. */
  private QuorumCall.End cutShort(List<CompletableFuture<CallOutcome>> outcomes) throws Exception {
    ArrayDeque<CompletableFuture<CallOutcome>> left = new ArrayDeque<>(outcomes);
    CountDownLatch allMade = new CountDownLatch(outcomes.size());
    CompletableFuture<CallOutcome> last = outcomes.getLast();
    CompletableFuture<QuorumCall.End> end =
        QuorumCall.start(
            () -> {
              allMade.countDown();
              return left.isEmpty() ? last : left.removeFirst();
            },
            timer,
            LONG_MS);
    assertTrue(allMade.await(20, TimeUnit.SECONDS), "not all attempts were made");
    timer.timeIsUp();
    return end.get(20, TimeUnit.SECONDS);
  }

  private static CompletableFuture<CallOutcome> done(CallOutcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }
}
