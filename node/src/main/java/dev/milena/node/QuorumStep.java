package dev.milena.node;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a stop asks of the quorum: waited for as long as the quorum may have a leader to do it, and
 * no longer. Of nodes that stop together the last finds nobody; what it leaves undone the others do
 * when they are back, since they see then that it is gone.
 *
 * <p>The step runs on a thread of its own, which is interrupted when it is given up.
 */
@OwnedBy(Owner.CREATOR)
final class QuorumStep {
  /** A leader that is lost is replaced sooner than this where there is a majority. */
  static final long LEADERLESS_MS = 2_000;

  private static final long LOOK_MS = 50;

  /** What is interrupted lets go of what it waits for, and does nothing more. */
  private static final long LET_GO_MS = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(QuorumStep.class);

  private final Supplier<OptionalLong> leaderSilentMs;

  /** Blocks for a bounded time; ends early when it is interrupted. */
  @FunctionalInterface
  interface Step {
    void run() throws InterruptedException;
  }

  /**
   * @param leaderSilentMs milliseconds since the quorum had a leader for sure; empty when it never
   *     had
   */
  QuorumStep(Supplier<OptionalLong> leaderSilentMs) {
    this.leaderSilentMs = leaderSilentMs;
  }

  /** The rule: whether nothing can be expected of the quorum for now. */
  static boolean isHopeless(OptionalLong leaderSilentMs) {
    return leaderSilentMs.orElse(Long.MAX_VALUE) >= LEADERLESS_MS;
  }

  /**
   * Returns when the step is done or given up.
   *
   * @param what is asked, for the log
   */
  void run(String what, Step step) throws InterruptedException {
    if (givesUp(what)) {
      return;
    }
    FutureTask<Boolean> task =
        new FutureTask<>(() -> {
          step.run();
          return true;
        });
    Thread worker = Thread.ofPlatform().name("milena-stop-step").daemon().start(task);
    try {
      while (!isOver(task)) {
        if (givesUp(what)) {
          task.cancel(true);
        }
      }
    } finally {
      // the parts that it uses are closed next
      task.cancel(true);
      if (!worker.join(Duration.ofMillis(LET_GO_MS))) {
        LOG.atWarn()
            .addKeyValue("step", what)
            .addKeyValue("waitedMs", LET_GO_MS)
            .log("a step of the stop does not let go; stopping from under it");
      }
    }
  }

  private boolean givesUp(String what) {
    OptionalLong silentMs = leaderSilentMs.get();
    boolean hopeless = isHopeless(silentMs);
    if (hopeless) {
      String since =
          silentMs.isPresent() ? "for " + silentMs.getAsLong() + " ms" : "since the start";
      LOG.atWarn()
          .addKeyValue("step", what)
          .log("no leader of the quorum was heard of {}: stopping without this step", since);
    }
    return hopeless;
  }

  private static boolean isOver(FutureTask<Boolean> task) throws InterruptedException {
    try {
      return task.get(LOOK_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException notYet) {
      return false;
    } catch (CancellationException givenUp) {
      return true;
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      if (cause instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      if (cause instanceof RuntimeException bug) {
        throw bug;
      }
      throw new IllegalStateException("a step of a stop failed", cause);
    }
  }
}
