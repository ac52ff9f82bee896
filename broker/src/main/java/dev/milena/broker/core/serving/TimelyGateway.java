package dev.milena.broker.core.serving;

import dev.milena.broker.core.ClusterTime;
import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.RunStanding;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A gateway that keeps the promise of {@link QuorumGateway} whatever the one behind it does: every
 * stage completes within its time. One that never did would hold whoever asked, and all who wait
 * behind him ({@link CatchUp} has one question under way for everybody).
 *
 * <p>A bug behind it, thrown or in the stage, fails the stage that is returned.
 */
@OwnedBy(Owner.ANY_THREAD)
final class TimelyGateway implements QuorumGateway {
  /** Questions under way, those included whose late answer waits to be given. */
  static final int MOST_UNDER_WAY = 10_000;

  private static final long SHORTER_MS = 100;

  private final QuorumGateway behind;
  private final Executor answers;
  private final Alarm alarm;
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * Watches over a gateway.
   *
   * @param answers completes what is late: an alarm's thread must not be held up by it. At most
   *     {@link #MOST_UNDER_WAY} are there at a time
   */
  TimelyGateway(QuorumGateway behind, Executor answers, Alarm alarm) {
    this.behind = behind;
    this.answers = answers;
    this.alarm = alarm;
  }

  @Override
  public CompletionStage<QuorumAnswer> submit(
      MetadataCommand command, CommandOrigin origin, long timeoutMs) {
    return within(
        timeoutMs,
        () -> behind.submit(command, origin, shorter(timeoutMs)),
        new QuorumAnswer.TimedOut(),
        CompletableFuture.completedFuture(new QuorumAnswer.Unavailable(full())));
  }

  @Override
  public CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
    return within(
        timeoutMs,
        () -> behind.readIndex(shorter(timeoutMs)),
        new ReadAnswer.Unavailable("no answer in the time left for it"),
        CompletableFuture.completedFuture(new ReadAnswer.Unavailable(full())));
  }

  @Override
  public CompletionStage<Boolean> awaitSpread(long index, long timeoutMs) {
    return within(
        timeoutMs,
        () -> onlyYes(behind.awaitSpread(index, timeoutMs)),
        false,
        CompletableFuture.failedFuture(new RejectedExecutionException(full())));
  }

  @Override
  public void announce(RunStanding standing) {
    behind.announce(standing);
  }

  @Override
  public void acknowledge(long index) {
    behind.acknowledge(index);
  }

  @Override
  public Optional<ClusterTime> clusterTime() {
    return behind.clusterTime();
  }

  @Override
  public MetadataView view() {
    return behind.view();
  }

  /**
   * Who does not know yet, or cannot be asked, is no reason to answer before the time is over: a
   * broker that does not show the change goes by it ({@link ReadLease}).
   */
  private static CompletionStage<Boolean> onlyYes(CompletionStage<Boolean> spread) {
    CompletableFuture<Boolean> yes = new CompletableFuture<>();
    var _ =
        spread.whenComplete((known, failed) -> {
          if (failed != null) {
            yes.completeExceptionally(failed);
          } else if (known) {
            yes.complete(true);
          }
        });
    return yes;
  }

  /**
   * Whoever is behind ends by its own clock too, and then knows more: that nothing was changed, and
   * why. It is to be heard first.
   */
  private static long shorter(long timeoutMs) {
    return timeoutMs - Math.min(SHORTER_MS, timeoutMs / 10);
  }

  private static String full() {
    return MOST_UNDER_WAY
        + " questions to it are under way from this broker, the most there may be";
  }

  private <T> CompletionStage<T> within(
      long timeoutMs, Supplier<CompletionStage<T>> question, T late, CompletionStage<T> full) {
    if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
      underWay.decrementAndGet();
      return full;
    }
    // Asked within a stage, so that what is thrown is a failed answer like any other.
    CompletableFuture<T> asked =
        CompletableFuture.completedFuture(late).thenCompose(_ -> question.get());
    if (asked.isDone()) {
      underWay.decrementAndGet();
      return asked;
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    AtomicBoolean inTime = new AtomicBoolean(true);
    Runnable forgetAlarm =
        alarm.after(
            timeoutMs,
            () -> {
              if (inTime.getAndSet(false)) {
                answers.execute(() -> {
                  underWay.decrementAndGet();
                  answer.complete(late);
                });
              }
            });
    var _ =
        asked.whenComplete((given, failed) -> {
          forgetAlarm.run();
          if (inTime.getAndSet(false)) {
            underWay.decrementAndGet();
          }
          if (failed == null) {
            answer.complete(given);
          } else {
            answer.completeExceptionally(failed);
          }
        });
    return answer;
  }
}
