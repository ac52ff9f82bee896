package dev.milena.broker.core.stalls;

import dev.milena.broker.core.hosting.BrokerClock;
import dev.milena.broker.core.hosting.LoopThread;
import dev.milena.log.disk.OutstandingCalls;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the disks and the loops from a thread that waits for neither, and acts on what {@link
 * StallRules} finds: it is no loop, for a loop may be what is stuck.
 *
 * <p>It takes no lock that is held over a call to a disk, and has another thread write the log: who
 * writes to a log that lies on the disk that hangs would wait for it, too.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class StallWatch implements AutoCloseable {
  /** Between two looks. */
  static final long LOOK_MS = 200;

  private static final Logger log = LoggerFactory.getLogger(StallWatch.class);

  private final Watched watched;
  private final StallRules rules;
  private final Acts acts;
  private final BrokerClock clock;
  private final Thread thread;
  private volatile StallAges ages = StallAges.NONE;
  private volatile boolean closed;

  /**
   * What is watched.
   *
   * @param directories all of log.dirs
   * @param loops all of them
   */
  public record Watched(List<Directory> directories, List<LoopThread> loops) {
    /** Copies the lists. */
    public Watched {
      directories = List.copyOf(directories);
      loops = List.copyOf(loops);
    }
  }

  /** A log directory, and the calls to its disk. */
  public record Directory(Path root, OutstandingCalls calls) {}

  /** What is done about it. Called on the watch's thread: must not wait for a disk. */
  public interface Acts {
    /** The logs of a directory take and acknowledge nothing any more. */
    void giveUp(Path root, String reason);

    /** The process ends; told once. */
    void end(Exception why);

    /** Runs what writes to the log, which may wait. */
    Executor logging();
  }

  /** Watches nothing before {@link #start}. */
  public StallWatch(Watched watched, StallRules rules, Acts acts, BrokerClock clock) {
    this.watched = watched;
    this.rules = rules;
    this.acts = acts;
    this.clock = clock;
    this.thread =
        Thread.ofPlatform()
            .name("stall-watch")
            .daemon(true)
            .uncaughtExceptionHandler((_, bug) -> broken(bug))
            .unstarted(this::run);
  }

  /** Looks from now on. */
  public void start() {
    thread.start();
  }

  /** For how long what is under way was so at the last look. Any thread may ask. */
  public StallAges ages() {
    return ages;
  }

  /** Acts no more: what stops may take its time, and has bounds of its own. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!closed) {
      look();
      LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(LOOK_MS));
    }
  }

  /** Nobody would notice a disk that hangs any more. */
  private void broken(Throwable bug) {
    acts.end(new IllegalStateException("the watch over the disks has failed", bug));
  }

  /** Looks once, and acts. */
  void look() {
    StallFacts facts =
        new StallFacts(
            watched.directories().stream()
                .map(one -> new StallFacts.Directory(one.root(), one.calls().now()))
                .toList(),
            watched.loops().stream()
                .map(one -> new StallFacts.Loop(one.name(), one.isTurning(), one.steps()))
                .toList());
    StallRules.Look look = rules.look(facts, clock.monotonicMs());
    ages = look.ages();
    for (StallFinding finding : look.findings()) {
      if (!closed) {
        act(finding);
      }
    }
  }

  private void act(StallFinding finding) {
    switch (finding) {
      case StallFinding.Stalled(Path root, String call, long ms) ->
          acts.giveUp(root, "its disk has not answered a %s for %s ms".formatted(call, ms));
      case StallFinding.Useless(boolean ofTheDisk, String why) ->
          acts.end(ofTheDisk ? new DiskStalled(why) : new IllegalStateException(why));
      case StallFinding.Slow _,
          StallFinding.AnswersAgain _,
          StallFinding.LoopStuck _,
          StallFinding.LoopGoesOn _ -> {
        // something for the log
      }
    }
    try {
      acts.logging().execute(() -> say(finding));
    } catch (RejectedExecutionException stopping) {
      // who stops tells of what hangs itself
    }
  }

  private void say(StallFinding finding) {
    switch (finding) {
      case StallFinding.Slow(Path root, String call, long ms) ->
          log.atWarn()
              .addKeyValue("directory", root)
              .addKeyValue("call", call)
              .addKeyValue("ms", ms)
              .log("a disk is slow: its directory goes offline when it takes twice as long");
      case StallFinding.Stalled(Path root, String call, long ms) ->
          log.atError()
              .addKeyValue("directory", root)
              .addKeyValue("call", call)
              .addKeyValue("ms", ms)
              .log(
                  "a disk does not answer: its logs are offline until the broker is restarted; look what the system says of the disk (disk.stall.ms)");
      case StallFinding.AnswersAgain(Path root) ->
          log.atWarn()
              .addKeyValue("directory", root)
              .log(
                  "a disk answers again; its logs stay offline: look why it did not, then restart the broker");
      case StallFinding.LoopStuck(String loop, long ms) ->
          log.atError()
              .addKeyValue("thread", loop)
              .addKeyValue("ms", ms)
              .addKeyValue("at", stackOf(loop))
              .log("a partition loop does not turn; nothing of its partitions is served");
      case StallFinding.LoopGoesOn(String loop) ->
          log.atWarn().addKeyValue("thread", loop).log("a partition loop turns again");
      case StallFinding.Useless _ -> {
        // who ends the process says why
      }
    }
  }

  private String stackOf(String loop) {
    return watched.loops().stream()
        .filter(one -> one.name().equals(loop))
        .map(one -> Arrays.toString(one.stack()))
        .findFirst()
        .orElse("");
  }
}
