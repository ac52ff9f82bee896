package dev.milena.quorum.ratis.formation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VoterRulesTest {
  @Test
  void aNewNodeBecomesAVoter() {
    VoterStep step =
        VoterRules.add(facts(1, 2, 3), Nodes.voter(4), reply(Nodes.introduction(4, 1)));

    assertEquals(new VoterStep.Change(Nodes.formation(1, 2, 3, 4)), step);
  }

  @Test
  void anEmptiedVoterTakesItsOldPlaceInOneStep() {
    VoterStep step =
        VoterRules.add(facts(1, 2, 3), Nodes.voter(3), reply(Nodes.introduction(3, 2)));

    assertEquals(
        new VoterStep.Change(
            new Formation(List.of(Nodes.peer(1, 1), Nodes.peer(2, 1), Nodes.peer(3, 2)))),
        step);
  }

  @Test
  void aVoterIsNotAddedAgain() {
    refused(
        VoterFault.NOT_NOW,
        VoterRules.add(facts(1, 2, 3), Nodes.voter(3), reply(Nodes.introduction(3, 1))),
        "node 3 is a voter already, at h3:9093");
  }

  @Test
  void anotherNodeAtTheAddressIsNotTaken() {
    refused(
        VoterFault.WRONG_NODE,
        VoterRules.add(facts(1), Nodes.voter(4), reply(Nodes.introduction(5, 1))),
        "has node.id 5, not 4: add it as 5@h4:9093");
  }

  @Test
  void whoVotesAlreadyIsNotToBeAddedUnderItsOwnNumber() {
    VoterStep step =
        VoterRules.add(facts(1, 2), new Voter(4, "h1", 9093), reply(Nodes.introduction(1, 1)));

    refused(
        VoterFault.WRONG_NODE,
        step,
        "node 1, a voter already, listens at h1:9093; name the quorum listener of node 4");
  }

  @Test
  void aVoterThatLostItsDiskIsToldFromWhoVotes() {
    refused(
        VoterFault.WRONG_NODE,
        VoterRules.add(facts(1, 2), new Voter(4, "h2", 9093), reply(Nodes.introduction(2, 2))),
        "has node.id 2, not 4: add it as 2@h2:9093");
  }

  @Test
  void aNodeOfAnotherClusterIsNotTaken() {
    Introduction foreign = new Introduction("cluster-b", Nodes.name(4, 1), Optional.empty());

    refused(
        VoterFault.WRONG_NODE,
        VoterRules.add(facts(1), Nodes.voter(4), reply(foreign)),
        "is of cluster cluster-b");
  }

  @Test
  void twoVotersDoNotShareAnAddress() {
    refused(
        VoterFault.WRONG_NODE,
        VoterRules.add(facts(1, 2), new Voter(4, "h2", 9093), reply(Nodes.introduction(4, 1))),
        "h2:9093 is the address of node 2");
  }

  @Test
  void thereIsAHighestNumberOfVoters() {
    refused(
        VoterFault.NOT_NOW,
        VoterRules.add(
            facts(1, 2, 3, 4, 5, 6, 7, 8, 9), Nodes.voter(10), reply(Nodes.introduction(10, 1))),
        "at most 9 voters");
  }

  @Test
  void aLeaderThatIsNotWhereTheQuorumMeetsItTakesInNobody() {
    VoterFacts moved = moved(facts(1, 2, 3), 9999);
    refused(
        VoterFault.NOT_NOW,
        VoterRules.add(moved, Nodes.voter(4), reply(Nodes.introduction(4, 1))),
        "at h1:9093, and that listens at port 9999");
    refused(
        VoterFault.NOT_NOW,
        VoterRules.add(moved(facts(1), 9999), Nodes.voter(4), reply(Nodes.introduction(4, 1))),
        "set quorum.listener of this node back to port 9093, and start it again");
    assertEquals(new VoterStep.Change(Nodes.formation(1, 3)), VoterRules.remove(moved, 2));
  }

  private static VoterFacts moved(VoterFacts facts, int port) {
    return new VoterFacts(
        facts.self(),
        facts.voters(),
        facts.answering(),
        facts.lingering(),
        OwnAddress.elsewhere(facts.self().peer(), port, facts.voters()));
  }

  @Test
  void whoWasRemovedAndIsKeptFromLearningOfItIsNotAddedUnderItsOldName() {
    VoterFacts now = facts(1, 2);
    VoterFacts lingers =
        new VoterFacts(
            now.self(),
            now.voters(),
            now.answering(),
            new TreeSet<>(List.of(Nodes.name(3, 1))),
            now.elsewhere());
    assertEquals(
        new VoterStep.LeadElsewhere(Nodes.name(3, 1)),
        VoterRules.add(lingers, Nodes.voter(3), reply(Nodes.introduction(3, 1))));
    assertEquals(
        new VoterStep.Change(
            new Formation(List.of(Nodes.peer(1, 1), Nodes.peer(2, 1), Nodes.peer(3, 2)))),
        VoterRules.add(lingers, Nodes.voter(3), reply(Nodes.introduction(3, 2))));
  }

  @Test
  void nobodyIsMetAtEveryAddress() {
    String why = VoterRules.unmeetable(new Voter(4, "0.0.0.0", 9093)).orElseThrow();
    assertTrue(why.contains("name one that the others reach"), why);
    assertEquals(Optional.empty(), VoterRules.unmeetable(Nodes.voter(4)));
  }

  @Test
  void aVoterIsRemoved() {
    assertEquals(new VoterStep.Change(Nodes.formation(1, 3)), VoterRules.remove(facts(1, 2, 3), 2));
  }

  @Test
  void theLeaderItselfIsRemovedByAnotherThatLeads() {
    VoterFacts facts = facts(1, 2, 3);
    assertEquals(new VoterStep.LeadElsewhere(facts.self().peer()), VoterRules.remove(facts, 1));
  }

  @Test
  void theLastVoterStays() {
    refused(VoterFault.NOT_NOW, VoterRules.remove(facts(1), 1), "node 1 is the last voter");
  }

  @Test
  void whoDoesNotVoteCannotBeRemoved() {
    refused(VoterFault.WRONG_NODE, VoterRules.remove(facts(1, 2), 9), "node 9 is not a voter");
  }

  @Test
  void aVoterWithoutWhomNoMajorityAnswersStays() {
    VoterFacts oneIsDown = facts(Nodes.formation(1, 2, 3), 1, 2);

    refused(VoterFault.NOT_NOW, VoterRules.remove(oneIsDown, 2), "[3@h3:9093] do not");
    assertEquals(new VoterStep.Change(Nodes.formation(1, 2)), VoterRules.remove(oneIsDown, 3));
  }

  private static void refused(VoterFault fault, VoterStep step, String expected) {
    VoterStep.Refuse refused = assertInstanceOf(VoterStep.Refuse.class, step);
    assertEquals(fault, refused.fault());
    assertTrue(refused.why().contains(expected), refused.why());
  }

  private static VoterFacts facts(int... voters) {
    return facts(Nodes.formation(voters), voters);
  }

  private static VoterFacts facts(Formation voters, int... answering) {
    TreeSet<PeerName> names = new TreeSet<>();
    IntStream.of(answering).forEach(id -> names.add(Nodes.name(id, 1)));
    return new VoterFacts(
        Nodes.introduction(1, 1), voters, names, new TreeSet<>(), Optional.empty());
  }

  private static IntroductionReply reply(Introduction introduction) {
    return new IntroductionReply(introduction, "");
  }
}
