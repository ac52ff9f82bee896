package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.quorum.ratis.formation.PeerName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SilenceTest {
  private static final PeerName ONE = new PeerName(1, "");
  private static final PeerName TWO = new PeerName(2, "");
  private final Silence silence = new Silence();

  @Test
  void whoSaysSomethingIsLeftAlone() {
    assertEquals(List.of(), silence.due(Map.of(ONE, 3_999L, TWO, 0L), 100_000));
  }

  @Test
  void whoIsSilentIsDueAndAgainAfterAsLong() {
    assertEquals(List.of(ONE), silence.due(Map.of(ONE, 4_000L), 100_000));
    assertEquals(List.of(), silence.due(Map.of(ONE, 7_999L), 103_999));
    assertEquals(List.of(ONE), silence.due(Map.of(ONE, 8_000L), 104_000));
  }

  @Test
  void whoSpokeBetweenIsDueByItsNewSilence() {
    assertEquals(List.of(ONE), silence.due(Map.of(ONE, 4_000L), 100_000));
    assertEquals(List.of(), silence.due(Map.of(ONE, 10L), 102_000));
    assertEquals(List.of(ONE), silence.due(Map.of(ONE, 4_500L), 106_500));
  }

  @Test
  void whoWaitsForTheQuorumToBeFormedAwaitsNobody() {
    assertEquals(Map.of(), silence.leaderless(List.of(), 100_000));
    assertEquals(Map.of(ONE, 0L, TWO, 0L), silence.leaderless(List.of(ONE, TWO), 109_000));
    assertEquals(Map.of(ONE, 4_000L, TWO, 4_000L), silence.leaderless(List.of(ONE, TWO), 113_000));
  }

  @Test
  void whoLosesItsLeaderAwaitsTheOthersFromThenOn() {
    assertEquals(Map.of(ONE, 0L), silence.leaderless(List.of(ONE), 100_000));
    silence.hasLeader();
    assertEquals(Map.of(ONE, 0L), silence.leaderless(List.of(ONE), 105_000));
    assertEquals(Map.of(ONE, 1_000L), silence.leaderless(List.of(ONE), 106_000));
  }

  @Test
  void whoIsNotAwaitedIsForgotten() {
    assertEquals(List.of(ONE), silence.due(Map.of(ONE, 4_000L), 100_000));
    assertEquals(List.of(), silence.due(Map.of(), 101_000));
    assertEquals(List.of(ONE), silence.due(Map.of(ONE, 4_000L), 102_000));
  }
}
