package dev.milena.broker.core.serving;

import dev.milena.broker.core.hosting.LogStorage;
import dev.milena.log.LogDirectory;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What log directories need done about once a second, off every loop: a checkpoint of the flushed
 * ends, so that recovery scans little, and the deletion of files that retention and deleted topics
 * have left. A round goes on, a few files and a checkpoint at a time, until nothing is left or the
 * broker stops; what it leaves then is the next start's.
 *
 * <p>Each directory has rounds of its own. One that is still waiting or running when the next is
 * due is not joined by another: so a disk that stalls has one round and holds up itself alone.
 */
@OwnedBy(Owner.ANY_THREAD)
final class Housekeeping {
  static final long PERIOD_MS = 1_000;

  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

  private final List<Rounds> directories;
  private final Executor threads;
  private volatile boolean stopped;

  /** Known to the timer alone. */
  private boolean withoutThread;

  /**
   * Nothing happens before the first tick.
   *
   * @param threads runs rounds, at most one a volume at a time; as many threads as volumes keep
   *     them out of each other's way
   */
  Housekeeping(List<LogStorage.Volume> volumes, Executor threads) {
    this.directories = volumes.stream().map(volume -> new Rounds(volume.directory())).toList();
    this.threads = threads;
  }

  /**
   * A period is over: a round of each directory that has none under way. Waits for nothing, and
   * throws nothing when there is no thread: a timer would tick no more after that, and say nothing.
   */
  void tick() {
    for (Rounds each : directories) {
      if (each.begin()) {
        start(each);
      }
    }
  }

  private void start(Rounds rounds) {
    try {
      threads.execute(rounds);
      withoutThread = false;
    } catch (RejectedExecutionException | OutOfMemoryError noThread) {
      // A machine may be out of threads for a while, which the JVM calls out of memory.
      rounds.end();
      if (!withoutThread && !stopped) {
        withoutThread = true;
        log.atError()
            .setCause(noThread)
            .log("log directories are not tidied while no thread can be had; tried each second");
      }
    }
  }

  /** Rounds that are under way end soon, and none does anything any more. */
  void stop() {
    stopped = true;
  }

  /** One directory's rounds, one at a time. */
  private final class Rounds implements Runnable {
    private final LogDirectory directory;
    private final AtomicBoolean underWay = new AtomicBoolean();
    private boolean complained;

    Rounds(LogDirectory directory) {
      this.directory = directory;
    }

    boolean begin() {
      return underWay.compareAndSet(false, true);
    }

    @Override
    public void run() {
      try {
        tidy();
      } finally {
        end();
      }
    }

    void end() {
      underWay.set(false);
    }

    /** A directory that fails is said once, and tried again. */
    private void tidy() {
      try {
        while (!stopped && directory.reap() > 0) {}
        complained = false;
      } catch (IOException failed) {
        if (!complained) {
          complained = true;
          log.atWarn()
              .addKeyValue("directory", directory.id())
              .addKeyValue("reason", failed.getMessage())
              .log("log directory cannot be tidied; a restart may scan more, files may stay");
        }
      }
    }
  }
}
