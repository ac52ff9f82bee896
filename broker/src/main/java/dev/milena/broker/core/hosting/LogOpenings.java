package dev.milena.broker.core.hosting;

import dev.milena.log.LogSettings;
import dev.milena.log.PartitionLog;
import dev.milena.log.RecoveryReport;
import dev.milena.log.disk.NoSpaceException;
import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens and deletes logs for one loop, off the loop: one after another for each loop, in parallel
 * over loops. What was asked first is done first, so a partition that is dropped while its log is
 * being opened is deleted after that.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class LogOpenings {
  /** How long a full disk is left alone before a log is tried again. */
  static final long RETRY_MS = 2_000;

  private static final Logger events = LoggerFactory.getLogger(LogOpenings.class);

  private final HostingContext context;
  private final Consumer<LoopFact> post;
  private final ArrayDeque<Opening> waiting = new ArrayDeque<>();
  private @Nullable PartitionId running;

  /** A log to be opened. */
  private record Opening(PartitionId id, LogSettings settings) {}

  LogOpenings(HostingContext context, Consumer<LoopFact> post) {
    this.context = context;
    this.post = post;
  }

  /** Asks for a log; the answer is posted. */
  void open(PartitionId id, LogSettings settings) {
    waiting.addLast(new Opening(id, settings));
  }

  /** The answer about a log has arrived. */
  void over() {
    running = null;
  }

  /** Whether nothing is being opened or waits for it. */
  boolean areOver() {
    return running == null && waiting.isEmpty();
  }

  /** Starts the next opening unless one is on its way. */
  void startNext() {
    if (running == null && !waiting.isEmpty()) {
      Opening next = waiting.removeFirst();
      running = next.id();
      context.background().execute(() -> openNow(next));
    }
  }

  /** Asks for nothing any more; what is on its way comes to its end. */
  void cancelWaiting() {
    waiting.clear();
  }

  /** Whether one is on its way. */
  boolean isRunning() {
    return running != null;
  }

  /**
   * The partition is gone and its log is not open: its files go too. If it is being opened right
   * now, {@link #discard} does the rest when it is there.
   */
  void delete(PartitionId id) {
    waiting.removeIf(opening -> opening.id().equals(id));
    if (!id.equals(running)) {
      deleteInBackground(id, () -> context.storage().delete(id.toString()));
    }
  }

  /** The partition is gone and its loop has let go of its open log: its files go too. */
  void discard(PartitionId id, PartitionLog log) {
    deleteInBackground(id, () -> context.storage().delete(log));
  }

  private void openNow(Opening opening) {
    String name = opening.id().toString();
    try {
      LogStorage.Stored stored =
          context.storage().open(name, opening.settings(), context.clock().wallMs());
      report(stored.report());
      post.accept(new LoopFact.OpenDone(opening.id(), stored));
    } catch (NoSpaceException full) {
      post.accept(new LoopFact.OpenFailed(opening.id(), true, String.valueOf(full.getMessage())));
    } catch (IOException failed) {
      offline(opening, failed);
    } catch (RuntimeException bug) {
      // The outermost frame of the task: the loop waits for an answer before it opens another log.
      offline(opening, bug);
    }
  }

  private void offline(Opening opening, Exception failed) {
    events
        .atError()
        .addKeyValue("log", opening.id())
        .addKeyValue("reason", failed.getMessage())
        .setCause(failed instanceof RuntimeException ? failed : null)
        .log("log cannot be opened and stays offline; check the disk, then restart the broker");
    post.accept(new LoopFact.OpenFailed(opening.id(), false, String.valueOf(failed.getMessage())));
  }

  private static void report(RecoveryReport report) {
    var event = report.cutBytes() > 0 ? events.atWarn() : events.atInfo();
    event
        .addKeyValue("log", report.name())
        .addKeyValue("segments", report.segments())
        .addKeyValue("logStart", report.logStart())
        .addKeyValue("logEnd", report.flushedEnd())
        .addKeyValue("scannedBytes", report.scannedBytes())
        .addKeyValue("cutBytes", report.cutBytes())
        .addKeyValue("cutReason", report.cutReason())
        .addKeyValue("rebuiltFiles", report.rebuiltFiles())
        .log("opened log");
  }

  private void deleteInBackground(PartitionId id, Deletion deletion) {
    context
        .background()
        .execute(() -> {
          try {
            deletion.run();
            events.atInfo().addKeyValue("log", id).log("deleted log");
          } catch (IOException failed) {
            events
                .atWarn()
                .addKeyValue("log", id)
                .addKeyValue("reason", failed.getMessage())
                .log("deleted topic's files could not be removed; remove the folder by hand");
          }
        });
  }

  /** Deleting may fail as a disk does. */
  private interface Deletion {
    void run() throws IOException;
  }
}
