package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.metadata.IncarnationId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RunChoiceTest {
  private static final UUID A = new UUID(1, 1);
  private static final UUID B = new UUID(2, 2);
  private static final UUID FRESH = new UUID(9, 9);

  @Test
  void firstStartReplacesNobody() {
    assertEquals(
        new RunChoice(FRESH, IncarnationId.NONE), RunChoice.of(List.of(), Optional.empty(), FRESH));
  }

  @Test
  void restartReplacesTheRunBefore() {
    assertEquals(
        new RunChoice(FRESH, RunChoice.idOf(A)),
        RunChoice.of(List.of(A), Optional.of(RunChoice.idOf(A)), FRESH));
    assertEquals(
        new RunChoice(FRESH, RunChoice.idOf(B)),
        RunChoice.of(List.of(B, A), Optional.of(RunChoice.idOf(B)), FRESH));
  }

  @Test
  void idThatWasWrittenAndNeverRegisteredIsTakenUpAgain() {
    assertEquals(
        new RunChoice(B, RunChoice.idOf(A)),
        RunChoice.of(List.of(B, A), Optional.of(RunChoice.idOf(A)), FRESH));
  }

  @Test
  void anotherDiskReplacesOnlyWhatItKnows() {
    assertEquals(
        new RunChoice(FRESH, RunChoice.idOf(B)),
        RunChoice.of(List.of(B, A), Optional.of(new IncarnationId(7, 7)), FRESH));
  }

  @Test
  void theDirectoryThatRemembersTheRegisteredRunIsBelieved() {
    assertEquals(
        new RunChoice(B, RunChoice.idOf(A)),
        RunChoice.ofDirectories(
            List.of(List.of(), List.of(B, A)), Optional.of(RunChoice.idOf(A)), FRESH));
    assertEquals(
        new RunChoice(FRESH, RunChoice.idOf(A)),
        RunChoice.ofDirectories(
            List.of(List.of(new UUID(7, 7)), List.of(A)), Optional.of(RunChoice.idOf(A)), FRESH));
    assertEquals(
        new RunChoice(FRESH, IncarnationId.NONE),
        RunChoice.ofDirectories(List.of(List.of(), List.of()), Optional.empty(), FRESH));
  }
}
