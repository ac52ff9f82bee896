package dev.milena.quorum.ratis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a membership. What throws here has left a member half opened or half closed: the
 * process ends, instead of staying up and looking alive.
 */
final class MembershipThread extends ScheduledThreadPoolExecutor {
  private static final Logger log = LoggerFactory.getLogger(MembershipThread.class);
  private static final long END_MS = 10_000;

  private final Halt halt;

  MembershipThread(Halt halt) {
    super(1, Thread.ofPlatform().daemon().name("quorum-membership").factory());
    this.halt = halt;
    setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /**
   * Does something, and tells what came of it; an exception ends the process, too. Nobody is told
   * anything once this thread has been ended.
   */
  <T> CompletableFuture<T> ask(Supplier<T> work) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    execute(() -> {
      try {
        answer.complete(work.get());
      } finally {
        answer.completeExceptionally(
            new IllegalStateException("this node could not do it; its log says why"));
      }
    });
    return answer;
  }

  /**
   * Interrupts what it does, and waits {@value #END_MS} ms at most until it is not done any more.
   */
  void end() {
    shutdownNow();
    try {
      if (!awaitTermination(END_MS, TimeUnit.MILLISECONDS)) {
        log.atWarn().log("the membership's thread did not end in time");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  protected void afterExecute(Runnable work, @Nullable Throwable thrown) {
    super.afterExecute(work, thrown);
    if (work instanceof Future<?> future
        && future.state() == Future.State.FAILED
        && !isShutdown()) {
      halt.halt(
          "the membership of the quorum failed in a way it should not; report this with the log",
          future.exceptionNow());
    }
  }
}
