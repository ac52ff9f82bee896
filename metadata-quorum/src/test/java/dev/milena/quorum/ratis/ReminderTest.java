package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReminderTest {
  @Test
  void whatLastsIsSaidAtOnceAndThenSeldom() {
    Reminder reminder = new Reminder();
    assertTrue(reminder.isDue(5));
    assertFalse(reminder.isDue(5));
    assertFalse(reminder.isDue(4 + Reminder.EVERY_MS));
    assertTrue(reminder.isDue(5 + Reminder.EVERY_MS));
    assertFalse(reminder.isDue(6 + Reminder.EVERY_MS));
  }
}
