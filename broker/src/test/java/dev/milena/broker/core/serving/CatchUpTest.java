package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.ClusterTime;
import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.RunStanding;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class CatchUpTest {
  private static final String CUT_OFF = "the metadata quorum cannot be asked (cut off)";
  private static final String SILENT =
      "the metadata quorum cannot be asked (no answer in the time left for it)";

  private final List<CompletableFuture<ReadAnswer>> asked = new ArrayList<>();
  private final List<Runnable> alarms = new ArrayList<>();
  private final AppliedIndex applied = new AppliedIndex(Runnable::run, this::alarm);
  private final CatchUp catchUp =
      new CatchUp(new TimelyGateway(new SlowQuorum(), Runnable::run, this::alarm), applied, 2_000);
  private final List<String> told = new ArrayList<>();
  private boolean broken;

  @Test
  void whoComesWhileAQuestionIsOnItsWaySharesTheNextOne() {
    ask("a");
    ask("b");
    ask("c");
    assertEquals(1, asked.size());
    applied.reached(10);
    asked.get(0).complete(new ReadAnswer.CaughtUp(7));
    assertEquals(List.of("a CAUGHT_UP"), told);
    assertEquals(2, asked.size(), "b and c share one question, asked after they came");
    asked.get(1).complete(new ReadAnswer.CaughtUp(11));
    assertEquals(List.of("a CAUGHT_UP"), told, "11 is not applied yet");
    applied.reached(11);
    assertEquals(List.of("a CAUGHT_UP", "b CAUGHT_UP", "c CAUGHT_UP"), told);
    assertEquals(2, asked.size());
  }

  @Test
  void quorumThatCannotBeAskedIsToldAndTheNextMayTryAgain() {
    ask("a");
    asked.get(0).complete(new ReadAnswer.Unavailable("cut off"));
    ask("b");
    asked.get(1).completeExceptionally(new IllegalStateException("broken"));
    assertEquals(2, told.size());
    assertEquals("a " + CUT_OFF, told.get(0));
    assertTrue(told.get(1).startsWith("b the metadata quorum cannot be asked ("), told.get(1));
    assertTrue(told.get(1).endsWith("broken)"), told.get(1));
  }

  @Test
  void questionThatIsNeverAnsweredEndsAndTheNextOneIsAsked() {
    ask("a");
    ask("b");
    List.copyOf(alarms).forEach(Runnable::run);
    assertEquals(List.of("a " + SILENT), told);
    assertEquals(2, asked.size(), "b is asked for");
    asked.get(1).complete(new ReadAnswer.Unavailable("cut off"));
    assertEquals(List.of("a " + SILENT, "b " + CUT_OFF), told);
    asked.get(0).complete(new ReadAnswer.CaughtUp(7));
    assertEquals(
        List.of("a " + SILENT, "b " + CUT_OFF), told, "an answer that comes too late is none");
    assertEquals(List.of(), alarms);
  }

  @Test
  void questionThatBreaksInTheGatewayEndsAndTheNextOneIsAsked() {
    broken = true;
    ask("a");
    broken = false;
    ask("b");
    asked.get(0).complete(new ReadAnswer.Unavailable("cut off"));
    assertEquals(2, told.size());
    assertTrue(told.get(0).contains("cannot be asked") && told.get(0).contains("a planted bug"));
    assertEquals("b " + CUT_OFF, told.get(1));
  }

  @Test
  void whoFindsTooManyWaitingIsToldSo() {
    ask("first");
    for (int i = 0; i < CatchUp.MOST_WAITING; i++) {
      catchUp.run(_ -> {});
    }
    ask("late");
    assertEquals(
        List.of(
            "late OVERLOADED: 1000 calls wait for this broker to catch up with the metadata quorum, the most there may be; try again in 100 ms"),
        told);
  }

  @Test
  void imageThatDoesNotComeInTimeIsToldOnceAndIsNotTheQuorumsFault() {
    ask("a");
    asked.get(0).complete(new ReadAnswer.CaughtUp(5));
    List.copyOf(alarms).forEach(Runnable::run);
    applied.reached(5);
    assertEquals(
        List.of("a this broker is behind the metadata quorum and did not catch up within 2000 ms"),
        told);
  }

  @Test
  void whoFindsTooManyWaitingForAnIndexIsToldOfThoseAndTheirBound() {
    for (int i = 0; i < AppliedIndex.MOST_WAITING; i++) {
      applied.await(9, 1_000, _ -> {});
    }
    ask("a");
    asked.get(0).complete(new ReadAnswer.CaughtUp(5));
    assertEquals(
        List.of(
            "a OVERLOADED: 10000 calls wait for this broker's metadata to show a change, the most"
                + " there may be; try again in 100 ms"),
        told);
  }

  private void ask(String name) {
    catchUp.run(outcome -> told.add(name + " " + words(outcome)));
  }

  private static String words(CatchUp.Outcome outcome) {
    return switch (outcome) {
      case CatchUp.Outcome.CaughtUp() -> "CAUGHT_UP";
      case CatchUp.Outcome.Behind(String why) -> why;
      case CatchUp.Outcome.Crowded(Refusal refusal) -> refusal.kind() + ": " + refusal.message();
    };
  }

  private Runnable alarm(long delayMs, Runnable run) {
    alarms.add(run);
    return () -> alarms.remove(run);
  }

  /** Answers when the test does. */
  private final class SlowQuorum implements QuorumGateway {
    @Override
    public CompletionStage<QuorumAnswer> submit(
        MetadataCommand command, CommandOrigin origin, long timeoutMs) {
      throw new AssertionError("nothing is changed here");
    }

    @Override
    public CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
      if (broken) {
        throw new IllegalStateException("a planted bug");
      }
      CompletableFuture<ReadAnswer> answer = new CompletableFuture<>();
      asked.add(answer);
      return answer;
    }

    @Override
    public CompletionStage<Boolean> awaitSpread(long index, long timeoutMs) {
      throw new AssertionError("nothing is changed here");
    }

    @Override
    public void announce(RunStanding standing) {
      throw new AssertionError("nobody registers here");
    }

    @Override
    public void acknowledge(long index) {
      // a quorum that does not listen
    }

    @Override
    public Optional<ClusterTime> clusterTime() {
      return Optional.empty();
    }

    @Override
    public MetadataView view() {
      throw new AssertionError("nobody follows here");
    }
  }
}
