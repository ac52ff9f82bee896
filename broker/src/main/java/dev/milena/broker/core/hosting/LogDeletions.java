package dev.milena.broker.core.hosting;

import dev.milena.log.PartitionLog;
import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The logs that a loop has to delete, and when: at once, in the order it was told, and those that
 * could not be deleted after pauses that double. Decides, and does nothing itself.
 *
 * <p>Bounded by the logs on the disks: one entry for each.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class LogDeletions {
  /** The pause after the first try that failed. */
  static final long FIRST_PAUSE_MS = 1_000;

  /** No pause is longer. */
  static final long LONGEST_PAUSE_MS = 60_000;

  private final LinkedHashMap<PartitionId, Owed> owed = new LinkedHashMap<>();

  /**
   * One deletion.
   *
   * @param open the log, while nobody has closed it
   * @param pauseMs the last pause; 0 before the first try
   * @param dueMs when it is tried, on the monotonic clock
   */
  record Owed(PartitionId id, Optional<PartitionLog> open, long pauseMs, long dueMs) {
    /** Whether it was tried already, in vain, and said to be. */
    boolean hasFailed() {
      return pauseMs > 0;
    }
  }

  /** A log that is not open has to go; nothing new where it is known. */
  void add(PartitionId id) {
    owed.putIfAbsent(id, new Owed(id, Optional.empty(), 0, Long.MIN_VALUE));
  }

  /** An open log has to go, which its loop has let go of. */
  void add(PartitionId id, PartitionLog log) {
    owed.put(id, new Owed(id, Optional.of(log), 0, Long.MIN_VALUE));
  }

  /** Whether a log has to go before another of this name may be there. */
  boolean isOwed(PartitionId id) {
    return owed.containsKey(id);
  }

  /** Whether it was tried in vain: nobody may wait for it. */
  boolean hasFailed(PartitionId id) {
    Owed known = owed.get(id);
    return known != null && known.hasFailed();
  }

  /** This one, if it has to go and its time has come. */
  Optional<Owed> due(PartitionId id, long nowMs) {
    return Optional.ofNullable(owed.get(id)).filter(one -> one.dueMs() <= nowMs);
  }

  /** The next whose time has come. */
  Optional<Owed> due(long nowMs) {
    return owed.values().stream().filter(one -> one.dueMs() <= nowMs).findFirst();
  }

  /** It is gone. */
  void done(PartitionId id) {
    owed.remove(id);
  }

  /** It could not be deleted, and nobody has it open any more: another try after a pause. */
  void failed(Owed tried, long nowMs) {
    long pauseMs = Math.clamp(2 * tried.pauseMs(), FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    owed.remove(tried.id());
    owed.put(tried.id(), new Owed(tried.id(), Optional.empty(), pauseMs, nowMs + pauseMs));
  }

  /** When the next is due, on the monotonic clock; {@link Long#MAX_VALUE} for never. */
  long nextDueMs() {
    return owed.values().stream()
        .min(Comparator.comparingLong(Owed::dueMs))
        .map(Owed::dueMs)
        .orElse(Long.MAX_VALUE);
  }

  /** Whether one was not tried yet. */
  boolean hasUntried() {
    return owed.values().stream().anyMatch(one -> !one.hasFailed());
  }

  /** Forgets all; answers which, sorted. */
  Set<PartitionId> giveUp() {
    Set<PartitionId> left = new TreeSet<>(owed.keySet());
    owed.clear();
    return left;
  }
}
