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
 * <p>Sending again is safe: a command carries its request id, and a barrier changes nothing. The
 * last attempt begins a while before the time is up, so that its end is known by then: one that is
 * under way leaves in doubt whether anything was done.
 */
final class QuorumCall {
  /** The longest pause between attempts; elections take longer, so it is not what one waits for. */
  private static final long MAX_PAUSE_MS = 50;

  /** For the last attempt to end in; a tenth of the time where that is less. */
  private static final long LAST_ATTEMPT_MS = 200;

  private final Supplier<CompletableFuture<CallOutcome>> attempt;
  private final ScheduledExecutorService timer;
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private final ScheduledFuture<?> deadline;
  private final ScheduledFuture<?> lastAttempt;
  private String lastWhy = "the quorum has not answered yet";
  private boolean maybeLogged;
  private boolean inFlight;

  /** The attempt is being made right now, on some thread. */
  private boolean asking;

  private boolean overdue;
  private boolean closing;
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
    long lastMs = timeoutMs - Math.min(LAST_ATTEMPT_MS, timeoutMs / 10);
    this.lastAttempt = timer.schedule(this::sendTheLast, lastMs, TimeUnit.MILLISECONDS);
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
      if (end.isDone() || closing) {
        return;
      }
      inFlight = true;
      asking = true;
    }
    ask();
  }

  /** No other is begun after it; one that is under way now is the last. */
  private void sendTheLast() {
    synchronized (this) {
      closing = true;
      if (end.isDone() || inFlight) {
        return;
      }
      inFlight = true;
      asking = true;
    }
    ask();
  }

  private void ask() {
    var _ = attempt.get().whenComplete(this::sent);
    boolean late;
    synchronized (this) {
      asking = false;
      late = overdue;
    }
    if (late) {
      giveUp();
    }
  }

  private void sent(CallOutcome outcome, Throwable failure) {
    CallOutcome known =
        failure == null ? outcome : new CallOutcome.NotNow(failure.toString(), true);
    switch (known) {
      case CallOutcome.Replied replied -> {
        cancelTimers();
        end.complete(new End.Replied(replied.index(), replied.content()));
      }
      case CallOutcome.NotNow notNow -> later(notNow);
      case CallOutcome.Over(String why) -> {
        cancelTimers();
        over(why);
      }
    }
  }

  private void cancelTimers() {
    deadline.cancel(false);
    lastAttempt.cancel(false);
  }

  private void later(CallOutcome.NotNow notNow) {
    boolean wasTheLast;
    synchronized (this) {
      inFlight = false;
      lastWhy = notNow.why();
      maybeLogged |= notNow.maybeLogged();
      wasTheLast = closing;
      if (!end.isDone() && !closing) {
        var _ = timer.schedule(this::send, pauseMs, TimeUnit.MILLISECONDS);
        pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
      }
    }
    if (wasTheLast || timer.isShutdown()) {
      // when the timer is shut down nobody will wake us again: the member is stopping
      cancelTimers();
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
      if (asking) {
        // it is known in a moment whether there is an attempt that leaves anything in doubt
        overdue = true;
        return;
      }
      gaveUp = new End.GaveUp(lastWhy, maybeLogged || inFlight);
    }
    end.complete(gaveUp);
  }
}
