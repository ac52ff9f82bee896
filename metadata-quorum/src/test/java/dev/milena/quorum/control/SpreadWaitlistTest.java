package dev.milena.quorum.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadWaitlistTest {
  private final SpreadWaitlist<String> list = new SpreadWaitlist<>(3);

  @Test
  void whoWaitedIsLetGoInTheOrderOfTheIndexes() {
    add("late", 9, 100);
    add("early", 4, 100);
    add("also early", 4, 100);

    assertEquals(List.of("early", "also early"), names(list.reached(8)));
    assertEquals(List.of(), names(list.reached(8)));
    assertEquals(List.of("late"), names(list.reached(9)));
  }

  @Test
  void whoseTimeIsOverIsLetGoAndMakesRoom() {
    add("a", 1, 50);
    add("b", 1, 60);
    add("c", 2, 50);
    assertFalse(list.add(new SpreadWaitlist.Waiting<>("d", 1, 90)), "three are the bound");
    assertEquals(50, list.nextDeadlineMs());

    assertEquals(List.of("a", "c"), names(list.expired(50)));

    assertEquals(60, list.nextDeadlineMs());
    add("d", 1, 90);
    assertEquals(List.of("b", "d"), names(list.reached(1)));
    assertEquals(Long.MAX_VALUE, list.nextDeadlineMs());
  }

  private void add(String who, long index, long deadlineMs) {
    assertTrue(list.add(new SpreadWaitlist.Waiting<>(who, index, deadlineMs)));
  }

  private static List<String> names(List<SpreadWaitlist.Waiting<String>> waiting) {
    return waiting.stream().map(SpreadWaitlist.Waiting::who).toList();
  }
}
