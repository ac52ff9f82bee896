package dev.milena.quorum.ratis;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Attempts to reach the quorum until one succeeds or the time is up.
 *
 * <p>Sending again is safe: a command carries its request id, and a barrier changes nothing.
 */
final class QuorumCall {
  /** The longest pause between attempts; elections take longer, so it is not what one waits for. */
  private static final long MAX_PAUSE_MS = 50;

  private final Supplier<CompletableFuture<CallOutcome>> attempt;
  private final ScheduledExecutorService timer;
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private final ScheduledFuture<?> deadline;
  private String lastWhy = "the quorum has not answered yet";
  private boolean maybeLogged;
  private boolean inFlight;
  private long pauseMs = 1;

  /** How it ended. */
  sealed interface End {
    record Replied(long index, ByteBuffer content) implements End {}

    /**
     * The time is up.
     *
     * @param maybeLogged whether it may have taken effect, or still may
     */
    record GaveUp(String why, boolean maybeLogged) implements End {}
  }

  private QuorumCall(
      Supplier<CompletableFuture<CallOutcome>> attempt,
      ScheduledExecutorService timer,
      long timeoutMs) {
    this.attempt = attempt;
    this.timer = timer;
    this.deadline = timer.schedule(this::giveUp, timeoutMs, TimeUnit.MILLISECONDS);
  }

  /** Begins; the future is completed on the timer's thread or one of Ratis: do not block there. */
  static CompletableFuture<End> start(
      Supplier<CompletableFuture<CallOutcome>> attempt,
      ScheduledExecutorService timer,
      long timeoutMs) {
    QuorumCall call = new QuorumCall(attempt, timer, timeoutMs);
    call.send();
    return call.end;
  }

  private void send() {
    synchronized (this) {
      if (end.isDone()) {
        return;
      }
      inFlight = true;
    }
    var _ = attempt.get().whenComplete(this::sent);
  }

  private void sent(CallOutcome outcome, Throwable failure) {
    CallOutcome known =
        failure == null ? outcome : new CallOutcome.NotNow(failure.toString(), true);
    switch (known) {
      case CallOutcome.Replied replied -> {
        deadline.cancel(false);
        end.complete(new End.Replied(replied.index(), replied.content()));
      }
      case CallOutcome.NotNow notNow -> later(notNow);
      case CallOutcome.Over(String why) -> {
        deadline.cancel(false);
        over(why);
      }
    }
  }

  private void later(CallOutcome.NotNow notNow) {
    synchronized (this) {
      inFlight = false;
      lastWhy = notNow.why();
      maybeLogged |= notNow.maybeLogged();
      if (!end.isDone()) {
        var _ = timer.schedule(this::send, pauseMs, TimeUnit.MILLISECONDS);
        pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
      }
    }
    if (timer.isShutdown()) {
      // nobody will wake us again: the member is stopping
      giveUp();
    }
  }

  private void over(String why) {
    synchronized (this) {
      inFlight = false;
      lastWhy = why;
    }
    giveUp();
  }

  private void giveUp() {
    End.GaveUp gaveUp;
    synchronized (this) {
      gaveUp = new End.GaveUp(lastWhy, maybeLogged || inFlight);
    }
    end.complete(gaveUp);
  }
}
