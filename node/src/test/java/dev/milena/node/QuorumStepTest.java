package dev.milena.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class QuorumStepTest {
  private final List<String> events = new CopyOnWriteArrayList<>();
  private volatile OptionalLong silentMs = OptionalLong.of(0);
  private final QuorumStep step = new QuorumStep(() -> silentMs);

  @Test
  void nothingIsExpectedOfAQuorumThatHasHadNoLeaderForTwoSeconds() {
    assertFalse(QuorumStep.isHopeless(OptionalLong.of(0)));
    assertFalse(QuorumStep.isHopeless(OptionalLong.of(1_999)));
    assertTrue(QuorumStep.isHopeless(OptionalLong.of(2_000)));
    assertTrue(QuorumStep.isHopeless(OptionalLong.empty()));
  }

  @Test
  void aStepIsWaitedForWhileThereIsALeader() throws Exception {
    step.run("anything", () -> events.add("done"));
    assertEquals(List.of("done"), events);
  }

  @Test
  void aStepIsNotBegunWithoutALeader() throws Exception {
    silentMs = OptionalLong.of(5_000);
    step.run("anything", () -> events.add("done"));
    assertEquals(List.of(), events);
  }

  @Test
  void aStepIsInterruptedWhenTheLeaderIsLostAndHasEndedThen() throws Exception {
    step.run(
        "anything",
        () -> {
          silentMs = OptionalLong.of(2_000);
          try {
            new CountDownLatch(1).await();
          } finally {
            events.add("let go");
          }
        });
    assertEquals(List.of("let go"), events);
  }

  @Test
  void aBugInAStepIsThrown() {
    IllegalStateException bug =
        assertThrows(
            IllegalStateException.class,
            () ->
                step.run(
                    "anything",
                    () -> {
                      throw new IllegalStateException("a bug");
                    }));
    assertEquals("a bug", bug.getMessage());
  }
}
