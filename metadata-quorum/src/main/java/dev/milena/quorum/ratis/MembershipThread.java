package dev.milena.quorum.ratis;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a membership. What throws here has left a member half opened or half closed: the
 * process ends, instead of staying up and looking alive.
 */
final class MembershipThread extends ScheduledThreadPoolExecutor {
  private final Halt halt;

  MembershipThread(Halt halt) {
    super(1, Thread.ofPlatform().daemon().name("quorum-membership").factory());
    this.halt = halt;
    setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
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
