package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.PartitionName;
import dev.milena.log.LogSettings;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.TopicId;
import dev.milena.replication.FlushPolicy;
import dev.milena.replication.PartitionFacts;
import dev.milena.replication.ReplicaSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which partitions of a loop are looked at when, against a look at all of them. */
class SlotTimersTest {
  private static final int SLOTS = 40;
  private static final int STEPS = 20_000;

  private final SlotTimers timers = new SlotTimers();

  private static PartitionSlot slot(int partition) {
    PartitionAddress where =
        new PartitionAddress(
            new PartitionId(new TopicId(7, 7), partition), new PartitionName("logs", partition));
    PartitionFacts facts =
        new PartitionFacts(1, 1, 1, ReplicaSet.of(1), ReplicaSet.of(1), 1, FlushPolicy.ACK);
    return new PartitionSlot(
        where,
        new Assignment.Hold(
            where.name(), facts, ReplicaSet.EMPTY, LogSettings.DEFAULTS, FlushBounds.NONE),
        new IsrWishes(where.id(), new NobodyFollows(), _ -> {}),
        100,
        0);
  }

  /** Something that waits in the slot until its time is over. */
  private static void ask(PartitionSlot slot, long deadlineMs) {
    slot.request(
        new ClientRequest.Fetch(
            slot.address(),
            new FetchStart.AtOffset(0),
            FetchCall.FetchForm.BATCHES,
            new FetchCall.Bounds(1, 1_000, 400),
            deadlineMs,
            () -> false,
            _ -> {}),
        0);
  }

  private Set<PartitionSlot> takeAllDue(long nowMs) {
    Set<PartitionSlot> due = new HashSet<>();
    for (Optional<PartitionSlot> next = timers.takeDue(nowMs);
        next.isPresent();
        next = timers.takeDue(nowMs)) {
      assertTrue(due.add(next.get()), "one timer for each at most");
    }
    return due;
  }

  @Test
  void nobodyWhoIsDueIsMissedAndNobodyForgottenIsLookedAt() {
    long seed = Long.getLong("milena.seed", System.nanoTime());
    System.out.println("SlotTimersTest seed " + seed + " (-Dmilena.seed=" + seed + ")");
    Random random = new Random(seed);
    List<PartitionSlot> slots = new ArrayList<>();
    Set<PartitionSlot> gone = new HashSet<>();
    for (int i = 0; i < SLOTS; i++) {
      slots.add(slot(i));
    }
    long nowMs = 0;
    for (int step = 0; step < STEPS; step++) {
      PartitionSlot one = slots.get(random.nextInt(SLOTS));
      switch (random.nextInt(10)) {
        case 0 -> {
          timers.forget(one);
          gone.add(one);
        }
        case 1, 2, 3, 4, 5, 6 -> {
          if (!gone.contains(one)) {
            ask(one, nowMs + 1 + random.nextInt(1_000));
            timers.schedule(one);
          }
        }
        default -> {
          nowMs += random.nextInt(50);
          long now = nowMs;
          Set<PartitionSlot> due = takeAllDue(now);
          assertTrue(due.stream().noneMatch(gone::contains), "seed " + seed + " step " + step);
          for (PartitionSlot slot : slots) {
            boolean wanted = !gone.contains(slot) && slot.nextTickMs() <= now;
            assertTrue(!wanted || due.contains(slot), "seed " + seed + " step " + step);
          }
          due.forEach(slot -> slot.tick(now));
          due.forEach(timers::schedule);
        }
      }
      long earliest =
          slots.stream()
              .filter(slot -> !gone.contains(slot))
              .mapToLong(PartitionSlot::nextTickMs)
              .min()
              .orElse(Long.MAX_VALUE);
      assertTrue(timers.nextDueMs() <= earliest, "seed " + seed + " step " + step);
      if (gone.size() == SLOTS) {
        gone.clear();
        slots.forEach(timers::schedule);
      }
    }
  }

  @Test
  void aTimerIsPutEarlierAndNeverLater() {
    PartitionSlot slot = slot(0);
    ask(slot, 500);
    timers.schedule(slot);
    assertEquals(500, timers.nextDueMs());
    ask(slot, 300);
    timers.schedule(slot);
    assertEquals(300, timers.nextDueMs());
    ask(slot, 900);
    timers.schedule(slot);
    assertEquals(300, timers.nextDueMs());
    assertEquals(Set.of(), takeAllDue(299));
    assertEquals(Set.of(slot), takeAllDue(300));
    assertEquals(Long.MAX_VALUE, timers.nextDueMs());
  }
}
