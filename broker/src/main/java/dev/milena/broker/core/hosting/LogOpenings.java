package dev.milena.broker.core.hosting;

import dev.milena.log.CorruptLog;
import dev.milena.log.LogSettings;
import dev.milena.log.PartitionLog;
import dev.milena.log.RecoveryReport;
import dev.milena.log.disk.NoSpaceException;
import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Opens and deletes logs for one loop, off the loop: one task at a time for each loop, in parallel
 * over loops, so that the queue of the threads that do it holds one task a loop at most. Openings
 * go first, in the order they were asked for; but an earlier life of a partition is deleted before
 * it is opened again, and whatever cannot be deleted now holds up no other opening.
 *
 * <p>What waits here is bounded by what there is: one opening for each partition of the image, one
 * deletion for each log on the disks; and the batches that others gave, by their bytes.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class LogOpenings {
  /** How long a full disk is left alone before a log is tried again. */
  static final long RETRY_MS = 2_000;

  /** So much of batches that others gave waits for its opening at most, or one. */
  static final long MOST_PIECES_BYTES = 8 << 20;

  /** How long a stop waits for what is under way, and for deletions; it has 20 s in all. */
  private static final long STOP_WAIT_MS = 5_000;

  private static final Logger events = LoggerFactory.getLogger(LogOpenings.class);

  private final HostingContext context;
  private final Consumer<LoopFact> post;
  private final ArrayDeque<Opening> waiting = new ArrayDeque<>();
  private final LogDeletions deletions = new LogDeletions();
  private final ClosedLogs closedLogs;

  /** Read by any thread. */
  private final ConcurrentSkipListMap<PartitionId, LogFailure> unusable =
      new ConcurrentSkipListMap<>();

  /** Those of them whose bytes are to blame, and not a batch alone. Read by any thread. */
  private final Set<PartitionId> corrupt = new ConcurrentSkipListSet<>();

  /** What was told of a log that is opened again and again. One task at a time uses it. */
  private final ConcurrentSkipListMap<PartitionId, LogFailure> said = new ConcurrentSkipListMap<>();

  private boolean busy;

  /** What is being opened, if that is what this is busy with. */
  private @Nullable PartitionId opening;

  /** The partition that is being opened was dropped meanwhile. */
  private boolean dropped;

  /** Set by a stop: until when it waits. */
  private long stopByMs = Long.MAX_VALUE;

  /**
   * A log to be opened.
   *
   * @param startAt where it begins if there is none
   * @param first what is put back into it before
   */
  private record Opening(
      PartitionId id, LogSettings settings, long startAt, Optional<Piece> first) {}

  /** A batch for a place in a log that could not be opened without it. */
  private record Piece(CorruptLog damage, ByteBuffer batch) {}

  LogOpenings(HostingContext context, Consumer<LoopFact> post) {
    this.context = context;
    this.post = post;
    this.closedLogs = new ClosedLogs(context);
  }

  /** Asks for a log; the answer is posted, unless a stop comes first. */
  void open(PartitionId id, LogSettings settings) {
    openAt(id, settings, 0);
  }

  /** As {@link #open}; one that is not there yet begins, empty, at an offset. */
  void openAt(PartitionId id, LogSettings settings, long startAt) {
    ask(new Opening(id, settings, startAt, Optional.empty()));
  }

  /**
   * Asks for a log once more, after a batch was put where it was damaged.
   *
   * @param batch copied: it came as a part of a message, which would be kept as long as it waits
   * @return whether there was room for it; else nothing is asked
   */
  boolean mendAndOpen(PartitionId id, LogSettings settings, CorruptLog damage, ByteBuffer batch) {
    long waitingBytes =
        waiting.stream()
            .flatMap(asked -> asked.first().stream())
            .mapToLong(piece -> piece.batch().remaining())
            .sum();
    if (waitingBytes > 0 && waitingBytes + batch.remaining() > MOST_PIECES_BYTES) {
      return false;
    }
    ByteBuffer own = ByteBuffer.allocate(batch.remaining()).put(batch.duplicate()).flip();
    ask(new Opening(id, settings, 0, Optional.of(new Piece(damage, own))));
    return true;
  }

  private void ask(Opening asked) {
    if (stopByMs == Long.MAX_VALUE) {
      unusable.remove(asked.id());
      waiting.addLast(asked);
    }
  }

  /**
   * The answer about an opening has arrived.
   *
   * @return whether its partition was dropped meanwhile: what was opened is to be deleted
   */
  boolean openingOver() {
    boolean unwanted = dropped;
    busy = false;
    opening = null;
    dropped = false;
    return unwanted;
  }

  /** The answer about a deletion has arrived. */
  void deletionOver(LoopFact.DeletionOver over, long nowMs) {
    busy = false;
    if (over.gone()) {
      deletions.done(over.tried().id());
    } else {
      deletions.failed(over.tried(), nowMs);
    }
  }

  /** Whether nothing is being opened or waits for it, but for what cannot be. */
  boolean areOver() {
    return opening == null && waiting.stream().allMatch(asked -> deletions.hasFailed(asked.id()));
  }

  /** When to be asked again if nothing happens, on the monotonic clock. */
  long nextDueMs() {
    return Math.min(stopByMs, busy ? Long.MAX_VALUE : deletions.nextDueMs());
  }

  /** Starts the next task unless one is on its way. */
  void startNext(long nowMs) {
    if (busy) {
      return;
    }
    Optional<LogDeletions.Owed> first =
        Optional.ofNullable(waiting.peekFirst()).flatMap(asked -> deletions.due(asked.id(), nowMs));
    Optional<Opening> next = first.isPresent() ? Optional.empty() : nextOpening();
    if (next.isPresent()) {
      busy = true;
      opening = next.get().id();
      waiting.remove(next.get());
      context.background().execute(() -> openNow(next.get()));
      return;
    }
    Optional<LogDeletions.Owed> deletion = first.or(() -> deletions.due(nowMs));
    if (deletion.isPresent()) {
      busy = true;
      context.background().execute(() -> deleteNow(deletion.get()));
    }
  }

  /** The first whose name is free. */
  private Optional<Opening> nextOpening() {
    return waiting.stream().filter(asked -> !deletions.isOwed(asked.id())).findFirst();
  }

  /**
   * Opens nothing any more. What is on its way comes to its end within a bounded time, and so do
   * deletions, since a folder that stays is one that somebody must remove by hand.
   */
  void stop(long nowMs) {
    waiting.clear();
    stopByMs = nowMs + STOP_WAIT_MS;
  }

  /** After a stop: whether nothing is waited for any more. It is asked until it says so. */
  boolean areDone(long nowMs) {
    boolean late = nowMs >= stopByMs;
    if (!late && (busy || deletions.hasUntried())) {
      return false;
    }
    if (busy) {
      events
          .atWarn()
          .addKeyValue("opening", opening)
          .addKeyValue("waitedMs", STOP_WAIT_MS)
          .log("a log could not be opened or deleted in time and is left; look for a slow disk");
    }
    Set<PartitionId> left = deletions.giveUp();
    if (!left.isEmpty()) {
      events
          .atWarn()
          .addKeyValue("logs", left)
          .log("logs that had to go could not be deleted; remove the folders by hand");
    }
    return true;
  }

  /**
   * The partition is gone and its log is not open: its files go too, at once or, if it is being
   * opened right now, once that is over.
   */
  void delete(PartitionId id) {
    waiting.removeIf(asked -> asked.id().equals(id));
    unusable.remove(id);
    said.remove(id);
    if (id.equals(opening)) {
      dropped = true;
    } else {
      deleteFiles(id);
    }
  }

  /** The files of a partition that is not open go, if there are any. */
  void deleteFiles(PartitionId id) {
    if (context.storage().holds(id.toString())) {
      deletions.add(id);
    }
  }

  /** The partition is gone and its loop has let go of its open log: its files go too. */
  void discard(PartitionId id, PartitionLog log) {
    deletions.add(id, log);
  }

  private void openNow(Opening opening) {
    String name = opening.id().toString();
    long beganMs = context.clock().monotonicMs();
    try {
      if (opening.first().isPresent()) {
        Piece piece = opening.first().get();
        closedLogs.mend(name, piece.damage(), piece.batch());
      }
      LogStorage.Stored stored =
          context
              .storage()
              .open(name, opening.settings(), opening.startAt(), context.clock().wallMs());
      long endedMs = context.clock().monotonicMs();
      boolean summed = context.start().count(stored.report(), beganMs, endedMs);
      report(stored.report(), summed);
      said.remove(opening.id());
      post.accept(new LoopFact.OpenDone(opening.id(), stored));
    } catch (NoSpaceException full) {
      post.accept(
          new LoopFact.OpenFailed(
              opening.id(), true, String.valueOf(full.getMessage()), Optional.empty()));
    } catch (IOException failed) {
      offline(opening, failed);
    } catch (RuntimeException bug) {
      // The outermost frame of the task: the loop waits for an answer before it opens another log.
      offline(opening, bug);
    }
  }

  /**
   * The partitions whose log is there no more, ends below what it had flushed, is otherwise damaged
   * or was not let open: not those that only wait for room. Any thread.
   */
  @OwnedBy(Owner.ANY_THREAD)
  Map<PartitionId, LogFailure> unusable() {
    return Collections.unmodifiableMap(unusable);
  }

  /**
   * Whether a partition's log was found damaged by more than a batch, or gone: not where a bug kept
   * it from opening.
   */
  boolean isDamaged(PartitionId id) {
    return unusable.containsKey(id) && corrupt.contains(id);
  }

  /** Whether a partition's log lacks a batch that others may give. */
  boolean isMendable(PartitionId id) {
    LogFailure failure = unusable.get(id);
    return failure != null && failure.kind() == LogFailure.Kind.MENDABLE;
  }

  /** As {@link ClosedLogs#give}, if the log cannot be opened for want of another. */
  void give(PartitionId id, long offset, Consumer<Optional<ByteBuffer>> to) {
    if (isMendable(id)) {
      closedLogs.give(id, offset, to);
    } else {
      to.accept(Optional.empty());
    }
  }

  /** Whether a partition is one of {@link #unusable}. Any thread. */
  @OwnedBy(Owner.ANY_THREAD)
  boolean isUnusable(PartitionId id) {
    return unusable.containsKey(id);
  }

  private void offline(Opening opening, Exception failed) {
    LogFailure failure = LogFailure.ofOpening(failed);
    unusable.put(opening.id(), failure);
    Optional<CorruptLog> damage =
        failed instanceof CorruptLog found && found.offset().isPresent()
            ? Optional.of(found)
            : Optional.empty();
    if (failed instanceof CorruptLog && damage.isEmpty()) {
      corrupt.add(opening.id());
    } else {
      corrupt.remove(opening.id());
    }
    context.storage().failed(opening.id().toString(), failure);
    boolean isNews = !failure.equals(said.put(opening.id(), failure));
    events
        .atLevel(isNews ? Level.ERROR : Level.DEBUG)
        .addKeyValue("log", opening.id())
        .addKeyValue("reason", failed.getMessage())
        .setCause(failed instanceof RuntimeException ? failed : null)
        .log(
            damage.isPresent()
                ? "a batch of the log is damaged, and without it the log cannot be opened; other "
                    + "replicas are asked for it, and where there is none the log has to be restored "
                    + "from a backup; check the disk"
                : "log cannot be opened and stays offline; check the disk, then restart the broker");
    post.accept(
        new LoopFact.OpenFailed(opening.id(), false, String.valueOf(failed.getMessage()), damage));
  }

  private static void report(RecoveryReport report, boolean summed) {
    events
        .atLevel(levelOf(report, summed))
        .addKeyValue("log", report.name())
        .addKeyValue("segments", report.segments())
        .addKeyValue("logStart", report.logStart())
        .addKeyValue("logEnd", report.flushedEnd())
        .addKeyValue("scannedBytes", report.scannedBytes())
        .addKeyValue("walkedBytes", report.walkedBytes())
        .addKeyValue("cutBytes", report.cutBytes())
        .addKeyValue("cutReason", report.cutReason())
        .addKeyValue("rebuiltFiles", report.rebuiltFiles())
        .addKeyValue("deletedFiles", report.deletedFiles())
        .log(report.created() ? "created log" : "opened log");
  }

  /**
   * A start opens thousands of logs, and tells their sum: of one alone nobody need read unless
   * something of it was cut.
   *
   * @param summed whether it is in such a sum
   */
  static Level levelOf(RecoveryReport report, boolean summed) {
    if (report.cutBytes() > 0) {
      return Level.WARN;
    }
    return summed || report.isAsLeft() ? Level.DEBUG : Level.INFO;
  }

  private void deleteNow(LogDeletions.Owed deletion) {
    boolean gone = false;
    try {
      if (deletion.open().isPresent()) {
        context.storage().delete(deletion.open().get());
      } else {
        context.storage().delete(deletion.id().toString());
      }
      gone = true;
      events.atInfo().addKeyValue("log", deletion.id()).log("deleted log");
    } catch (IOException failed) {
      if (!deletion.hasFailed()) {
        events
            .atWarn()
            .addKeyValue("log", deletion.id())
            .addKeyValue("reason", failed.getMessage())
            .log("a log that has to go could not be deleted; it is tried again with pauses");
      }
    } finally {
      post.accept(new LoopFact.DeletionOver(deletion, gone));
    }
  }
}
