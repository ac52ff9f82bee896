package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.quorum.ratis.formation.Answer;
import dev.milena.quorum.ratis.formation.Introduction;
import dev.milena.quorum.ratis.formation.IntroductionReply;
import dev.milena.quorum.ratis.formation.PeerName;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class RollCallTest {
  private static final String ONE = "kRb3Uy_0Q7eW8Wc8uX2q5A";
  private static final String OTHER = "aaaaaaaaaaaaaaaaaaaaaA";

  private static VoterStatus voter(String directory) {
    return new VoterStatus(
        new PeerName(3, directory).toString(), 3, "h3", 9093, new VoterProgress.Unknown());
  }

  private static Answer says(int nodeId, String directory, String refused) {
    return new Answer.Introduced(
        new IntroductionReply(
            new Introduction("c", new PeerName(nodeId, directory), Optional.empty()), refused));
  }

  @Test
  void aVoterThatAnswersUnderItsNameIsPresentAndUnderAnotherDirectoryEmptied() {
    assertEquals(new VoterAnswer.Present(), RollCall.judge(voter(ONE), says(3, ONE, "")));
    assertEquals(new VoterAnswer.Emptied(), RollCall.judge(voter(ONE), says(3, OTHER, "")));
  }

  @Test
  void beforeAQuorumIsFormedAnyDirectoryIsTheRightOne() {
    VoterStatus named = new VoterStatus("", 3, "h3", 9093, new VoterProgress.Unknown());
    assertEquals(new VoterAnswer.Present(), RollCall.judge(named, says(3, OTHER, "")));
  }

  @Test
  void nobodyAndSomebodyElseAndWhoRefusesAreSilentAndItIsSaidWhy() {
    assertEquals(
        new VoterAnswer.Silent("nobody listens there"),
        RollCall.judge(voter(ONE), new Answer.Silent("nobody listens there")));
    assertEquals(
        new VoterAnswer.Silent("node 9 answers there"),
        RollCall.judge(voter(ONE), says(9, ONE, "")));
    assertInstanceOf(
        VoterAnswer.Silent.class, RollCall.judge(voter(ONE), says(3, ONE, "another cluster")));
  }
}
