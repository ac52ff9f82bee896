package dev.milena.quorum.ratis;

import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the timer does again and again. A task of a timer that throws is not run again, and nobody
 * is told: a member would go on without its looks. Here one that fails is said, and done again.
 */
final class Looks {
  private static final Logger log = LoggerFactory.getLogger(Looks.class);

  private Looks() {}

  /**
   * From now on, until the timer ends; the first time after so long, too.
   *
   * @param look waits for nothing
   */
  static void every(ScheduledExecutorService timer, long everyMs, Runnable look) {
    Reminder reminder = new Reminder();
    var _ =
        timer.scheduleWithFixedDelay(
            () -> guarded(timer, look, reminder), everyMs, everyMs, TimeUnit.MILLISECONDS);
  }

  private static void guarded(ScheduledExecutorService timer, Runnable look, Reminder reminder) {
    FutureTask<?> once = new FutureTask<>(look, null);
    once.run();
    // a member that stops closes what is looked at, and who would run what may wait
    if (once.state() == Future.State.FAILED && !timer.isShutdown() && reminder.isDue()) {
      log.atError()
          .setCause(once.exceptionNow())
          .log("a look of the quorum's member failed, and is made again; report this");
    }
  }
}
