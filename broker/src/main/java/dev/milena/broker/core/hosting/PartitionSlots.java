package dev.milena.broker.core.hosting;

import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;

/** The partitions of one loop, and which of them is due when. */
@OwnedBy(Owner.PARTITION_LOOP)
final class PartitionSlots {
  private final TreeMap<PartitionId, PartitionSlot> slots = new TreeMap<>();
  private final SlotTimers timers = new SlotTimers();

  Optional<PartitionSlot> of(PartitionId id) {
    return Optional.ofNullable(slots.get(id));
  }

  void add(PartitionSlot slot) {
    slots.put(slot.address().id(), slot);
  }

  /** Forgets a partition; answers it if it was here. */
  Optional<PartitionSlot> remove(PartitionId id) {
    Optional<PartitionSlot> gone = Optional.ofNullable(slots.remove(id));
    gone.ifPresent(timers::forget);
    return gone;
  }

  /** All of them, in the order of their ids. */
  Collection<PartitionSlot> all() {
    return slots.values();
  }

  /** Something happened to a partition: it may be due at another time. */
  void schedule(PartitionSlot slot) {
    timers.schedule(slot);
  }

  /** One that is due; it must be scheduled again. */
  Optional<PartitionSlot> takeDue(long nowMs) {
    return timers.takeDue(nowMs);
  }

  /** When the next is due, on the monotonic clock. */
  long nextDueMs() {
    return timers.nextDueMs();
  }

  void clear() {
    slots.clear();
    timers.clear();
  }
}
