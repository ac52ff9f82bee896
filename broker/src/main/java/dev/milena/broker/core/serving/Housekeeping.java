package dev.milena.broker.core.serving;

import dev.milena.broker.core.hosting.LogStorage;
import dev.milena.log.LogDirectory;
import dev.milena.log.disk.NoSpaceException;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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

  /**
   * So many rounds that fail in a row, 30 s of them, are a lost disk. A failure may pass: too many
   * open files, for one, and who takes no answer, or says nothing at first, is hung up on within 10
   * s. A verdict too early ends a node that was well, if its other directories are lost too; one
   * too late leaves a node running that keeps nothing, which invariant I10 allows for 30 s. A write
   * or a sync that fails waits for no verdict: its log is offline at once.
   */
  static final int ROUNDS_TO_BE_LOST = 30;

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

  /** The directories whose own files cannot be written, round after round, and why. Any thread. */
  SortedMap<Path, String> lost() {
    TreeMap<Path, String> lost = new TreeMap<>();
    for (Rounds each : directories) {
      each.lost.ifPresent(reason -> lost.put(each.directory.root(), reason));
    }
    return lost;
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
    private int failures;
    private volatile Optional<String> lost = Optional.empty();

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
        works();
      } catch (IOException failed) {
        if (!complained) {
          complained = true;
          log.atWarn()
              .addKeyValue("directory", directory.id())
              .addKeyValue("reason", failed.getMessage())
              .log("log directory cannot be tidied; a restart may scan more, files may stay");
        }
        lookAtOwnFiles();
      }
    }

    /** A file that cannot be deleted is a file; a checkpoint that cannot be written is the disk. */
    private void lookAtOwnFiles() {
      try {
        directory.checkpoint();
        works();
      } catch (NoSpaceException full) {
        // A state of its own, which writes are told of.
        works();
      } catch (IOException failed) {
        failures++;
        if (failures == ROUNDS_TO_BE_LOST) {
          lost = Optional.of(String.valueOf(failed.getMessage()));
          log.atError()
              .addKeyValue("directory", directory.root())
              .addKeyValue("reason", failed.getMessage())
              .log("log directory's own files cannot be written; check the disk");
        }
      }
    }

    private void works() {
      failures = 0;
      lost = Optional.empty();
    }
  }
}
