package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AppliedIndexTest {
  private final StepQueue answers = new StepQueue(AppliedIndex.MOST_WAITING);
  private final List<Runnable> alarms = new ArrayList<>();
  private final AppliedIndex applied = new AppliedIndex(answers, this::alarm);
  private final List<AppliedIndex.Outcome> told = new ArrayList<>();

  @Test
  void waitThatIsOverLeavesNoAlarm() {
    applied.await(5, 1_000, told::add);
    applied.await(6, 1_000, told::add);
    assertEquals(2, alarms.size());
    applied.reached(5);
    assertEquals(1, alarms.size());
    assertTrue(answers.step());
    assertEquals(List.of(AppliedIndex.Outcome.THERE), told);
  }

  @Test
  void alarmEndsAWait() {
    applied.await(5, 1_000, told::add);
    alarms.removeFirst().run();
    assertTrue(answers.step());
    applied.reached(5);
    assertEquals(List.of(AppliedIndex.Outcome.LATE), told);
  }

  @Test
  void answersThatWereNotGivenYetCountAmongThoseWhoWait() {
    for (int i = 0; i < AppliedIndex.MOST_WAITING; i++) {
      applied.await(5, 1_000, _ -> {});
    }
    applied.reached(5);
    assertEquals(AppliedIndex.MOST_WAITING, answers.size());
    applied.await(6, 1_000, told::add);
    assertEquals(List.of(AppliedIndex.Outcome.CROWDED), told);
    assertTrue(answers.step());
    applied.await(6, 1_000, told::add);
    applied.reached(6);
    assertEquals(AppliedIndex.MOST_WAITING, answers.size());
  }

  private Runnable alarm(long delayMs, Runnable run) {
    alarms.add(run);
    return () -> alarms.remove(run);
  }
}
