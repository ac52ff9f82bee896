package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.StandInQuorum;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.ReadAnswer;
import dev.milena.metadata.TopicId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TimelyGatewayTest {
  private final StandInQuorum quorum = new StandInQuorum(1);
  private final StepQueue answers = new StepQueue(TimelyGateway.MOST_UNDER_WAY);
  private final List<Runnable> alarms = new ArrayList<>();
  private final TimelyGateway gateway = new TimelyGateway(quorum, answers, this::alarm);

  private Runnable alarm(long delayMs, Runnable run) {
    assertEquals(300, delayMs);
    alarms.add(run);
    return () -> alarms.remove(run);
  }

  private CompletableFuture<Boolean> spread() {
    return gateway.awaitSpread(5, 300).toCompletableFuture();
  }

  @Test
  void whatIsAnsweredAtOnceNeedsNoAlarm() {
    assertTrue(spread().join());
    assertEquals(List.of(), alarms);
  }

  @Test
  void whatIsNotAnsweredIsEndedByTheAlarmOnTheThreadOfAnswers() {
    quorum.silent(true);
    CompletableFuture<Boolean> spread = spread();
    CompletableFuture<ReadAnswer> read = gateway.readIndex(300).toCompletableFuture();
    List.copyOf(alarms).forEach(Runnable::run);
    assertFalse(spread.isDone() || read.isDone());
    assertTrue(answers.step());
    assertTrue(answers.step());
    assertFalse(spread.join());
    assertEquals(new ReadAnswer.Unavailable("no answer in the time left for it"), read.join());
  }

  @Test
  void thatABrokerDoesNotKnowIsNotSaidBeforeTheTimeIsOver() {
    quorum.spreads(false);
    CompletableFuture<Boolean> spread = spread();
    assertFalse(spread.isDone());
    List.copyOf(alarms).forEach(Runnable::run);
    assertTrue(answers.step());
    assertFalse(spread.join());
  }

  @Test
  void aBugBehindItFailsTheAnswerAndIsNotTakenForNotYet() {
    CompletableFuture<Boolean> broken = new CompletableFuture<>();
    quorum.spreads(broken);
    CompletableFuture<Boolean> spread = spread();
    broken.completeExceptionally(new IllegalStateException("a planted bug"));
    assertTrue(spread.isCompletedExceptionally());
    assertEquals(List.of(), alarms);
  }

  @Test
  void whoIsBehindHasLessTimeSoThatWhatItSaysAtItsEndIsHeard() {
    quorum.silent(true);
    var _ = gateway.readIndex(300);
    assertEquals(270, quorum.lastTimeoutMs());
    var _ =
        gateway.submit(
            new MetadataCommand.DeleteTopic("t", new TopicId(1, 2)),
            new CommandOrigin("a", "b", "c"),
            300);
    assertEquals(270, quorum.lastTimeoutMs());
  }

  @Test
  void questionsBeyondTheBoundAreAnsweredAtOnceAndRoomComesBack() {
    quorum.silent(true);
    for (int i = 0; i < TimelyGateway.MOST_UNDER_WAY; i++) {
      assertFalse(spread().isDone());
    }
    assertEquals(
        new ReadAnswer.Unavailable(
            "10000 questions to it are under way from this broker, the most there may be"),
        gateway.readIndex(300).toCompletableFuture().join());
    List.copyOf(alarms).forEach(Runnable::run);
    assertTrue(spread().isDone(), "late answers that were not given yet count");
    assertTrue(answers.step());
    assertFalse(spread().isDone());
  }
}
