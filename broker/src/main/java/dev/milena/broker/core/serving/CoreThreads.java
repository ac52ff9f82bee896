package dev.milena.broker.core.serving;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of the core beside the loops and the flushes; docs/THREADS.md lists them all. */
@OwnedBy(Owner.CREATOR)
final class CoreThreads {
  private static final Logger log = LoggerFactory.getLogger(CoreThreads.class);
  private static final long STOP_MS = 5_000;

  /** What the threads of a directory's flushes are called, before its number. */
  static final String FLUSH = "flush-";

  private static final String HOUSEKEEPING = "housekeeping-";
  private static final String SCRUB = "scrub-";

  private final ExecutorService readers;
  private final ExecutorService background;
  private final ExecutorService answers;
  private final ExecutorService housekeeping;
  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService scrub;

  /**
   * Threads that are started as they are needed.
   *
   * @param logDirs how many log directories are tidied
   */
  CoreThreads(CoreSettings.Limits limits, int logDirs) {
    readers = threads("reader-", limits.readers(), limits.hosting().reads());
    background = threads("background-", limits.loops(), limits.loops());
    // and one command for the in-sync replicas
    answers = threads("answers-", 1, AppliedIndex.MOST_WAITING + TimelyGateway.MOST_UNDER_WAY + 1);
    housekeeping = threads(HOUSEKEEPING, logDirs, logDirs);
    // It holds the alarms of those who wait for an index or the quorum, and one for each thing
    // done in turn.
    timer = new ScheduledThreadPoolExecutor(1, named("timer-"));
    timer.setRemoveOnCancelPolicy(true);
    scrub = threads(SCRUB, 1, 1);
  }

  /**
   * Whether nobody but one log directory misses a thread of this name that waits for a disk: its
   * flushes and its housekeeping have no other work, and nobody waits for the scrub. All others
   * serve several.
   */
  static boolean servesOneDirectory(String name) {
    return name.startsWith(FLUSH) || name.startsWith(HOUSEKEEPING) || name.startsWith(SCRUB);
  }

  Executor readers() {
    return readers;
  }

  /** Each loop has one opening or deletion there at a time. */
  Executor background() {
    return background;
  }

  /** Answers of administration, off the thread that applies metadata. */
  Executor answers() {
    return answers;
  }

  /** Each log directory has one round there at a time, and a thread for it. */
  Executor housekeeping() {
    return housekeeping;
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  /** Reads what is stored, a little at a time. */
  Executor scrub() {
    return scrub;
  }

  /** The timer as a seam. */
  Alarm alarm() {
    return (delayMs, run) -> {
      var due = timer.schedule(run, delayMs, TimeUnit.MILLISECONDS);
      return () -> due.cancel(false);
    };
  }

  /**
   * Ends all of them, the ones that give work to others first.
   *
   * @return whether nobody uses the log directories any more; else they must not be let go
   */
  boolean close() throws InterruptedException {
    timer.shutdownNow();
    boolean ended = end(housekeeping);
    ended &= end(background);
    // These only read, and answer.
    end(scrub);
    end(readers);
    end(answers);
    return ended;
  }

  private static boolean end(ExecutorService threads) throws InterruptedException {
    threads.shutdown();
    boolean ended = threads.awaitTermination(STOP_MS, TimeUnit.MILLISECONDS);
    if (!ended) {
      log.atWarn()
          .addKeyValue("waiting", threads.shutdownNow().size())
          .addKeyValue("waitedMs", STOP_MS)
          .log(
              "threads of the broker did not end in time and are left behind; look for a slow disk");
    }
    return ended;
  }

  /** So many threads; work beyond what waits for them is refused. */
  private static ExecutorService threads(String prefix, int count, int waiting) {
    return new ThreadPoolExecutor(
        count, count, 0, TimeUnit.MILLISECONDS, new ArrayBlockingQueue<>(waiting), named(prefix));
  }

  /** A bug ends one task and its thread; the pool starts another. */
  private static void broken(Thread thread, Throwable bug) {
    log.atError()
        .addKeyValue("thread", thread.getName())
        .setCause(bug)
        .log("a task of the broker failed in a way it should not; report this with the trace");
  }

  private static ThreadFactory named(String prefix) {
    AtomicInteger next = new AtomicInteger();
    return run ->
        Thread.ofPlatform()
            .name(prefix + next.getAndIncrement())
            .daemon(true)
            .uncaughtExceptionHandler(CoreThreads::broken)
            .unstarted(run);
  }
}
