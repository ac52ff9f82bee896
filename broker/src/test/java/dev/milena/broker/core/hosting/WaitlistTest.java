package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WaitlistTest {
  private static final int CAPACITY = 20;
  private static final long SEED = Long.getLong("milena.seed", 20_261_125);

  private final Waitlist<Guest> list = new Waitlist<>(CAPACITY, Guest::deadlineMs);

  private record Guest(int number, long deadlineMs) {}

  @Test
  void nobodyComesInWhenItIsFull() {
    for (int i = 0; i < CAPACITY; i++) {
      assertTrue(list.add(new Guest(i, 100)));
    }
    assertTrue(list.isFull());
    assertFalse(list.add(new Guest(CAPACITY, 1)));
    assertEquals(100, list.nextDeadlineMs(), "who was turned away is not waited for");
    assertEquals(0, list.takeFirst().orElseThrow().number());
    assertTrue(list.add(new Guest(CAPACITY, 1)));
  }

  @Test
  void whoeverIsTakenOutWasInTheOrderHeCame() {
    for (int i = 0; i < 4; i++) {
      list.add(new Guest(i, 100 - i));
    }
    assertEquals(List.of(0, 2), numbers(list.take(guest -> guest.number() % 2 == 0)));
    list.add(new Guest(4, 10));
    assertEquals(List.of(1), numbers(list.takeWhile(guest -> guest.number() < 2)));
    assertEquals(List.of(3, 4), numbers(list.takeAll()));
    assertEquals(Optional.empty(), list.takeFirst());
    assertEquals(Long.MAX_VALUE, list.nextDeadlineMs());
  }

  @Test
  void itDoesWhatAPlainListWouldDo() {
    SplittableRandom random = new SplittableRandom(SEED);
    List<Guest> model = new ArrayList<>();
    long nowMs = 0;
    for (int step = 0; step < 20_000; step++) {
      String where = "step %d; repeat with -Dmilena.seed=%d".formatted(step, SEED);
      Guest next = new Guest(step, nowMs + random.nextInt(200));
      assertEquals(model.size() < CAPACITY, list.add(next), where);
      if (model.size() < CAPACITY) {
        model.add(next);
      }
      nowMs += random.nextInt(20);
      if (random.nextInt(3) == 0) {
        assertEquals(take(model, nowMs), numbers(list.takeExpired(nowMs)), where);
      }
      if (random.nextInt(20) == 0 && !model.isEmpty()) {
        assertEquals(model.removeFirst(), list.takeFirst().orElseThrow(), where);
      }
      long earliestMs = model.stream().mapToLong(Guest::deadlineMs).min().orElse(Long.MAX_VALUE);
      assertTrue(list.nextDeadlineMs() <= earliestMs, where);
      assertEquals(model.isEmpty(), list.nextDeadlineMs() == Long.MAX_VALUE, where);
    }
  }

  private static List<Integer> take(List<Guest> model, long nowMs) {
    List<Guest> late = model.stream().filter(guest -> guest.deadlineMs() <= nowMs).toList();
    model.removeAll(late);
    return numbers(late);
  }

  private static List<Integer> numbers(List<Guest> guests) {
    return guests.stream().map(Guest::number).toList();
  }
}
