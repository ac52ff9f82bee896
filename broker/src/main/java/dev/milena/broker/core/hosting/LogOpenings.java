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
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens and deletes logs for one loop, off the loop: one task at a time for each loop, in parallel
 * over loops, so that the queue of the threads that do it holds one task a loop at most. Openings
 * go first, in the order they were asked for; but the files of an earlier life of a partition go
 * before it is opened again.
 *
 * <p>What waits here is bounded by what there is: one opening for each partition of the image, one
 * deletion for each log on the disks.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class LogOpenings {
  /** How long a full disk is left alone before a log is tried again. */
  static final long RETRY_MS = 2_000;

  /** How long a stop goes on deleting; it has 20 s in all. */
  private static final long LAST_DELETIONS_MS = 5_000;

  private static final Logger events = LoggerFactory.getLogger(LogOpenings.class);

  private final HostingContext context;
  private final Consumer<LoopFact> post;
  private final ArrayDeque<Opening> waiting = new ArrayDeque<>();
  private final LinkedHashMap<PartitionId, Deletion> deletions = new LinkedHashMap<>();
  private boolean busy;

  /** What is being opened, if that is what this is busy with. */
  private @Nullable PartitionId opening;

  /** The partition that is being opened was dropped meanwhile. */
  private boolean dropped;

  /** Set by a stop. */
  private long deleteUntilMs = Long.MAX_VALUE;

  /** A log to be opened. */
  private record Opening(PartitionId id, LogSettings settings) {}

  LogOpenings(HostingContext context, Consumer<LoopFact> post) {
    this.context = context;
    this.post = post;
  }

  /** Asks for a log; the answer is posted, unless a stop comes first. */
  void open(PartitionId id, LogSettings settings) {
    if (deleteUntilMs == Long.MAX_VALUE) {
      waiting.addLast(new Opening(id, settings));
    }
  }

  /**
   * The answer about a task has arrived.
   *
   * @return whether it opened a log whose partition was dropped meanwhile: it is to be deleted
   */
  boolean over() {
    boolean unwanted = dropped;
    busy = false;
    opening = null;
    dropped = false;
    return unwanted;
  }

  /** Whether nothing is being opened or waits for it. */
  boolean areOver() {
    return opening == null && waiting.isEmpty();
  }

  /** Starts the next task unless one is on its way. */
  void startNext() {
    if (busy) {
      return;
    }
    Opening next = waiting.peekFirst();
    if (next != null && !deletions.containsKey(next.id())) {
      waiting.removeFirst();
      busy = true;
      opening = next.id();
      context.background().execute(() -> openNow(next));
    } else if (!deletions.isEmpty()) {
      PartitionId gone = next == null ? deletions.firstEntry().getKey() : next.id();
      Deletion deletion = Objects.requireNonNull(deletions.remove(gone), "it was looked for");
      busy = true;
      context.background().execute(() -> deleteNow(gone, deletion));
    }
  }

  /**
   * Opens nothing any more. What is on its way comes to its end, and so do deletions within a
   * bounded time, since a folder that stays is one that somebody must remove by hand.
   */
  void stop(long nowMs) {
    waiting.clear();
    deleteUntilMs = nowMs + LAST_DELETIONS_MS;
  }

  /** After a stop: whether nothing is on its way and no deletion waits. */
  boolean areDone(long nowMs) {
    if (nowMs >= deleteUntilMs && !deletions.isEmpty()) {
      events
          .atWarn()
          .addKeyValue("logs", deletions.keySet())
          .log("no time to delete the files of deleted topics; remove the folders by hand");
      deletions.clear();
    }
    return !busy && deletions.isEmpty();
  }

  /**
   * The partition is gone and its log is not open: its files go too, at once or, if it is being
   * opened right now, once that is over.
   */
  void delete(PartitionId id) {
    waiting.removeIf(asked -> asked.id().equals(id));
    if (id.equals(opening)) {
      dropped = true;
    } else {
      deleteFiles(id);
    }
  }

  /** The files of a partition that is not open go, if there are any. */
  void deleteFiles(PartitionId id) {
    String name = id.toString();
    if (context.storage().holds(name)) {
      Deletion _ = deletions.putIfAbsent(id, () -> context.storage().delete(name));
    }
  }

  /** The partition is gone and its loop has let go of its open log: its files go too. */
  void discard(PartitionId id, PartitionLog log) {
    deletions.put(id, () -> context.storage().delete(log));
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

  private void deleteNow(PartitionId id, Deletion deletion) {
    try {
      deletion.run();
      events.atInfo().addKeyValue("log", id).log("deleted log");
    } catch (IOException failed) {
      events
          .atWarn()
          .addKeyValue("log", id)
          .addKeyValue("reason", failed.getMessage())
          .log("deleted topic's files could not be removed; remove the folder by hand");
    } finally {
      post.accept(new LoopFact.DeletionOver());
    }
  }

  /** Deleting may fail as a disk does. */
  private interface Deletion {
    void run() throws IOException;
  }
}
