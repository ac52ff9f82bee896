package dev.milena.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Why a broker is not forgotten, before the quorum is asked: the next step is one that works. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class DeparturesTest {
  private static Sighting seen(OptionalInt leader) {
    return Sighting.of(leader, Optional.empty(), Optional.of(new TreeSet<>(List.of(1, 2, 3))));
  }

  private static void refuses(ErrorKind kind, String message, Sighting seen) {
    Refusal refusal = Departures.fault(seen, 2).orElseThrow();
    assertEquals(message, refusal.message());
    assertEquals(kind, refusal.kind());
  }

  @Test
  void aVoterOfAQuorumWithALeaderIsToLoseItsVoteFirst() {
    refuses(
        ErrorKind.BROKER_IN_USE,
        "broker 2 votes in the quorum; take its vote first: kafkactl quorum --remove-voter 2",
        seen(OptionalInt.of(1)));
    assertEquals(Optional.empty(), Departures.fault(seen(OptionalInt.of(1)), 4));
  }

  @Test
  void withoutALeaderNobodyCanTakeAVoteSoVotersAreToComeBackFirst() {
    refuses(
        ErrorKind.QUORUM_UNAVAILABLE,
        "broker 2 votes in the quorum, and without a leader of it no vote can be taken; nothing was changed: bring voters back until most of them answer (kafkactl quorum --describe names the silent ones), then kafkactl quorum --remove-voter 2, then this again",
        seen(OptionalInt.empty()));
    assertEquals(
        Optional.empty(), Departures.fault(seen(OptionalInt.empty()), 4), "the quorum is asked");
  }

  @Test
  void whereNobodyKnowsWhoVotesVotersAreToComeBackFirstToo() {
    refuses(
        ErrorKind.QUORUM_UNAVAILABLE,
        "whether broker 2 votes in the quorum cannot be found out, for no leader of it was met; nothing was changed: bring voters back until most of them answer (kafkactl quorum --describe names the silent ones), then this again",
        Sighting.none(Optional.empty()));
  }
}
