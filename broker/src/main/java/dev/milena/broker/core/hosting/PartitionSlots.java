package dev.milena.broker.core.hosting;

import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** The partitions of one loop, and which of them is due when. */
@OwnedBy(Owner.PARTITION_LOOP)
final class PartitionSlots {
  private final TreeMap<PartitionId, PartitionSlot> slots = new TreeMap<>();
  private final SlotTimers timers = new SlotTimers();
  private final Set<PartitionSlot> touched = new LinkedHashSet<>();
  private final AtomicLong steps = new AtomicLong();

  Optional<PartitionSlot> of(PartitionId id) {
    return Optional.ofNullable(slots.get(id));
  }

  void add(PartitionSlot slot) {
    slots.put(slot.address().id(), slot);
  }

  /** Forgets a partition; answers it if it was here. */
  Optional<PartitionSlot> remove(PartitionId id) {
    Optional<PartitionSlot> gone = Optional.ofNullable(slots.remove(id));
    gone.ifPresent(slot -> {
      timers.forget(slot);
      touched.remove(slot);
    });
    return gone;
  }

  /** All of them, in the order of their ids. */
  Collection<PartitionSlot> all() {
    return slots.values();
  }

  /** Something happened to a partition: it may be due at another time. */
  void schedule(PartitionSlot slot) {
    step();
    timers.schedule(slot);
  }

  /** The same, and it has something to do at the end of this turn. */
  void touch(PartitionSlot slot) {
    step();
    touched.add(slot);
  }

  /** All that were touched in this turn do what they put off to its end, once each. */
  void endOfTurn() {
    for (PartitionSlot slot : touched) {
      slot.hosted().ifPresent(HostedPartition::endOfTurn);
      schedule(slot);
    }
    touched.clear();
  }

  /** One that is due; it must be scheduled again. */
  Optional<PartitionSlot> takeDue(long nowMs) {
    return timers.takeDue(nowMs);
  }

  /** When the next is due, on the monotonic clock. */
  long nextDueMs() {
    return timers.nextDueMs();
  }

  /** Something has happened: who stands still shows none. */
  void step() {
    steps.setRelease(steps.getPlain() + 1);
  }

  /** How often something happened here. Any thread may ask. */
  @OwnedBy(Owner.ANY_THREAD)
  long steps() {
    return steps.getAcquire();
  }

  void clear() {
    slots.clear();
    timers.clear();
  }
}
