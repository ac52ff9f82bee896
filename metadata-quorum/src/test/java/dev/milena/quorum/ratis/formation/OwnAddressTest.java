package dev.milena.quorum.ratis.formation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OwnAddressTest {
  @Test
  void whoListensWhereItIsMetSaysNothing() {
    assertEquals(Optional.empty(), elsewhere(9093, Nodes.formation(1, 2, 3)));
  }

  @Test
  void whoHasNoVoteIsMetNowhere() {
    assertEquals(Optional.empty(), elsewhere(9999, Nodes.formation(2, 3)));
  }

  @Test
  void oneOfSeveralIsToldBothWaysBack() {
    String said = elsewhere(9999, Nodes.formation(1, 2, 3)).orElseThrow().atStart();

    assertTrue(
        said.startsWith("the quorum meets this voter at h1:9093, and it listens at port 9999"));
    assertTrue(said.contains("back to port 9093, or have the others remove it"), said);
    assertTrue(said.endsWith("--remove-voter 1, then --add-voter 1@HOST:9999"), said);
  }

  @Test
  void theOnlyVoterGoesOnAndIsNotToldToRemoveItself() {
    String said = elsewhere(9999, Nodes.formation(1)).orElseThrow().atStart();

    assertTrue(said.contains("it is the only voter and goes on alone"), said);
    assertTrue(!said.contains("--remove-voter"), said);
  }

  @Test
  void aVoterAloneOnAnyFreePortIsMeantToBeElsewhereUntilAnotherIsToCome() {
    Formation free = new Formation(List.of(new Peer(Nodes.name(1, 1), "127.0.0.1", 0)));
    OwnAddress own = elsewhere(9999, free).orElseThrow();

    assertTrue(own.isMeant());
    assertTrue(own.atAdding().contains("quorum.listener with port 0"), own.atAdding());
    assertFalse(elsewhere(9999, Nodes.formation(1)).orElseThrow().isMeant());
  }

  private static Optional<OwnAddress> elsewhere(int port, Formation quorum) {
    return OwnAddress.elsewhere(Nodes.name(1, 1), port, quorum);
  }
}
