package dev.milena.quorum.ratis.formation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class VotelessTest {
  @Test
  void anEmptiedVoterSaysSoAndWhereTheQuorumMeetsIt() {
    assertEquals(
        new Voteless(
            true,
            "this node has no vote in the quorum, which counts on one: it was emptied; kafkactl quorum --add-voter 3@h3:9093 gives it its vote back"),
        Voteless.of(Nodes.name(3, 2), Optional.of(Nodes.formation(1, 2, 3)), "other:9193"));
  }

  @Test
  void whoeverNeverVotedIsNotEmptied() {
    Voteless never =
        new Voteless(
            false,
            "this node has no vote in the quorum; kafkactl quorum --add-voter 4@h4:9093 makes it a voter");
    assertEquals(
        never, Voteless.of(Nodes.name(4, 1), Optional.of(Nodes.formation(1, 2, 3)), "h4:9093"));
    assertEquals(never, Voteless.of(Nodes.name(4, 1), Optional.empty(), "h4:9093"));
  }
}
