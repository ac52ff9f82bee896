package dev.milena.node;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways in which a running node ends: asked to (SIGTERM, Ctrl-C), or because it cannot go on.
 *
 * <p>Asked to, it stops its parts in reverse and ends with 0. When it cannot go on (storage failed,
 * the quorum's log is broken) nothing is stopped in order: what is on disk is what counts, and
 * writing more to a failed disk helps nobody. The sentence is printed, and the process ends with
 * its code. A disk that hangs keeps a process whose threads wait for it from ending, and its ports
 * with it: nobody would be told that it is gone. So where storage is to blame, they go first.
 *
 * <p>Asked to stop, it ends with 3 as well when a part did not stop in order, such as a broker with
 * a log whose last flush failed, and says which and why; with 4 when it was a bug that kept parts
 * from it, and nothing else.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ProcessEnd {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);

  /** How long connections are given to be cut, and then the last words to be written. */
  private static final long CUT_MS = 1_000;

  private final StartedParts parts;
  private final Runnable onStopping;
  private final PrintStream errors;
  private final IntConsumer halt;
  private final long boundMs;
  private final AtomicBoolean ending = new AtomicBoolean();

  /**
   * @param onStopping called first when the node is asked to stop
   * @param errors where sentences for a person go
   * @param halt ends the process at once with a code
   * @param boundMs how long an orderly stop may take
   */
  ProcessEnd(
      StartedParts parts, Runnable onStopping, PrintStream errors, IntConsumer halt, long boundMs) {
    this.parts = parts;
    this.onStopping = onStopping;
    this.errors = errors;
    this.halt = halt;
    this.boundMs = boundMs;
  }

  /** Stops in order, within the bound, and ends the process. Returns at once if it is ending. */
  void stopAsAsked() {
    if (!ending.compareAndSet(false, true)) {
      return;
    }
    onStopping.run();
    long beganNanos = System.nanoTime();
    LOG.atInfo().log("stopping as asked");
    ExitCode code = stopParts();
    if (code == ExitCode.STOPPED) {
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos);
      LOG.atInfo().addKeyValue("tookMs", tookMs).log("stopped");
    }
    halt.accept(code.number());
  }

  /**
   * Takes back a start that failed, unless the node is ending already.
   *
   * @return whether whoever called is to end the process, with the code it knows; else it ends by
   *     itself, and what failed may be that its parts were taken from it
   */
  boolean giveUpStart() {
    boolean first = ending.compareAndSet(false, true);
    if (first) {
      var _ = stopParts();
    }
    return first;
  }

  /** How a stop has ended, of all parts: what may have cost data goes before what has not. */
  static ExitCode codeOf(List<StartedParts.Failed> failed) {
    if (failed.isEmpty()) {
      return ExitCode.STOPPED;
    }
    return failed.stream().allMatch(one -> one.code() == ExitCode.BUG)
        ? ExitCode.BUG
        : ExitCode.STORAGE;
  }

  private ExitCode stopParts() {
    // what hangs is taken for a disk that does
    AtomicReference<ExitCode> code = new AtomicReference<>(ExitCode.STORAGE);
    Thread stopper =
        Thread.ofPlatform()
            .name("milena-stop")
            .daemon()
            .start(() -> {
              List<StartedParts.Failed> failed = parts.stopAll();
              failed.forEach(one -> errors.println("milena: not stopped in order, " + one.why()));
              code.set(codeOf(failed));
            });
    try {
      stopper.join(boundMs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (stopper.isAlive()) {
      errors.printf(
          "milena: did not stop within %s s (%s hangs); ending without it, the next start recovers%n",
          boundMs / 1000, parts.stopping());
    }
    return code.get();
  }

  /**
   * Cuts the connections, and sees to it that the process ends though its last words hang, as on
   * the disk that it ends for.
   */
  private void cutOff(CountDownLatch saidAll) {
    CountDownLatch cut = new CountDownLatch(1);
    Thread.ofPlatform()
        .name("milena-end")
        .daemon()
        .start(() -> {
          try {
            parts.cutOff();
          } finally {
            cut.countDown();
            if (!isOver(saidAll, 2 * CUT_MS)) {
              halt.accept(ExitCode.STORAGE.number());
            }
          }
        });
    var _ = isOver(cut, CUT_MS);
  }

  private static boolean isOver(CountDownLatch awaited, long ms) {
    try {
      return awaited.await(ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends the process because it cannot go on. */
  void cannotGoOn(CannotStart reason) {
    if (!ending.compareAndSet(false, true)) {
      return;
    }
    CountDownLatch saidAll = new CountDownLatch(1);
    if (reason.code() == ExitCode.STORAGE) {
      cutOff(saidAll);
    }
    if (reason.code() == ExitCode.SETTING || reason.code() == ExitCode.ENVIRONMENT) {
      // the sentence says it all, and nothing in here is to blame
      LOG.atError().log("cannot go on");
    } else {
      LOG.atError().setCause(reason).log("cannot go on");
    }
    errors.println("milena: " + reason.sentence());
    saidAll.countDown();
    halt.accept(reason.code().number());
  }
}
