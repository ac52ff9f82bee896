package dev.milena.broker.core.hosting;

import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * When which partition of a loop is due, so that a turn looks at those and at no others: a loop may
 * own tens of thousands. One timer for each partition at most.
 *
 * <p>A timer is only ever put earlier. What is due later than was thought is found out when its
 * timer goes off, which costs less than to move it with every request.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class SlotTimers {
  private static final Comparator<Timer> BY_TIME =
      Comparator.comparingLong(Timer::dueMs).thenComparing(timer -> timer.slot().address().id());

  private final TreeSet<Timer> byTime = new TreeSet<>(BY_TIME);
  private final Map<PartitionId, Timer> byPartition = new HashMap<>();

  /** One partition's next time. */
  private record Timer(PartitionSlot slot, long dueMs) {}

  /** Sees to it that a partition is looked at when its next tick is due, or earlier. */
  void schedule(PartitionSlot slot) {
    long dueMs = slot.nextTickMs();
    if (dueMs == Long.MAX_VALUE) {
      return;
    }
    Timer before = byPartition.get(slot.address().id());
    if (before == null || dueMs < before.dueMs()) {
      if (before != null) {
        byTime.remove(before);
      }
      Timer timer = new Timer(slot, dueMs);
      byPartition.put(slot.address().id(), timer);
      byTime.add(timer);
    }
  }

  /** The partition is on this loop no longer. */
  void forget(PartitionSlot slot) {
    Timer timer = byPartition.remove(slot.address().id());
    if (timer != null) {
      byTime.remove(timer);
    }
  }

  /** Nobody is on this loop any more. */
  void clear() {
    byTime.clear();
    byPartition.clear();
  }

  /** Takes out the first of those whose time has come; it has no timer then. */
  Optional<PartitionSlot> takeDue(long nowMs) {
    if (nowMs < nextDueMs()) {
      return Optional.empty();
    }
    PartitionSlot slot = byTime.first().slot();
    forget(slot);
    return Optional.of(slot);
  }

  /** When the next is due, on the monotonic clock; {@link Long#MAX_VALUE} for never. */
  long nextDueMs() {
    return byTime.isEmpty() ? Long.MAX_VALUE : byTime.first().dueMs();
  }
}
