package dev.milena.quorum.grpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.grpc.connection.PeerAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressRoundTest {
  private static final PeerAddress A = new PeerAddress("a", 1);
  private static final PeerAddress B = new PeerAddress("b", 1);
  private static final PeerAddress C = new PeerAddress("c", 1);
  private List<PeerAddress> known = List.of(A, B, C);

  @Test
  void everyMemberIsAskedOnceARoundAndOnlyRoundsAreFollowedByPauses() {
    AddressRound round = new AddressRound(() -> known, 1);
    List<String> asked = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      AddressRound.Next next = round.next().orElseThrow();
      asked.add(next.address().host() + next.afterMs());
      round.failed(next.address());
    }
    assertEquals(List.of("b0", "c0", "a0", "b20", "c0", "a0", "b40", "c0", "a0"), asked);
  }

  @Test
  void pausesGrowToHalfASecondAndAreForgottenWhenOneWorks() {
    known = List.of(A);
    AddressRound round = new AddressRound(() -> known, 0);
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      pauses.add(round.next().orElseThrow().afterMs());
      round.failed(A);
    }
    assertEquals(List.of(0L, 20L, 40L, 80L, 160L, 320L, 500L, 500L, 500L), pauses);

    round.worked(A);
    assertEquals(0, round.next().orElseThrow().afterMs());
  }

  @Test
  void theOneThatWorkedOrWasNamedIsAskedFirstUntilItFails() {
    AddressRound round = new AddressRound(() -> known, 0);
    round.worked(C);
    assertEquals(C, round.next().orElseThrow().address());
    round.failed(C);
    assertEquals(A, round.next().orElseThrow().address());
    PeerAddress elsewhere = new PeerAddress("elsewhere", 1);
    round.prefer(elsewhere);
    assertEquals(elsewhere, round.next().orElseThrow().address());
    round.failed(elsewhere);
    assertEquals(A, round.next().orElseThrow().address());
  }

  @Test
  void membersThatComeAndGoAreSeenAtTheNextQuestion() {
    known = List.of();
    AddressRound round = new AddressRound(() -> known, 7);
    assertTrue(round.next().isEmpty());
    known = List.of(B);
    assertEquals(B, round.next().orElseThrow().address());
    round.failed(B);
    known = List.of();
    assertTrue(round.next().isEmpty());
    known = List.of(C);
    assertEquals(C, round.next().orElseThrow().address());
  }
}
