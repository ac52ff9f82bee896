package dev.milena.quorum.ratis.formation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FormationRulesTest {
  private static final List<Voter> VOTERS = Nodes.voters(1, 2, 3);

  @Test
  void theLowestFormsWhenAllOthersHaveAnswered() {
    FormationStep step =
        FormationRules.decide(
            Nodes.introduction(1, 1),
            VOTERS,
            Nodes.answers(Nodes.introduction(2, 1), Nodes.introduction(3, 1)));

    assertEquals(new FormationStep.Form(Nodes.formation(1, 2, 3)), step);
  }

  @Test
  void theLowestWaitsForTheLastAndSaysWhy() {
    SortedMap<Integer, Answer> answers = Nodes.answers(Nodes.introduction(2, 1));
    answers.put(3, new Answer.Silent("connection refused"));

    FormationStep step = FormationRules.decide(Nodes.introduction(1, 1), VOTERS, answers);

    assertEquals(
        new FormationStep.Wait(List.of("3@h3:9093 does not answer: connection refused")), step);
  }

  @Test
  void nobodyElseFormsHoweverManyHaveAnswered() {
    FormationStep step =
        FormationRules.decide(
            Nodes.introduction(2, 1),
            VOTERS,
            Nodes.answers(Nodes.introduction(1, 1), Nodes.introduction(3, 1)));

    FormationStep.Wait waiting = assertInstanceOf(FormationStep.Wait.class, step);
    assertTrue(
        waiting.waitingFor().toString().contains("1@h1:9093 has not formed"), step::toString);
  }

  @Test
  void whoeverHearsOfAFormationThatNamesItAdoptsIt() {
    for (int self = 1; self <= 3; self++) {
      int other = self == 2 ? 3 : 2;
      Introduction knows =
          new Introduction(
              Nodes.CLUSTER, Nodes.name(other, 1), Optional.of(Nodes.formation(1, 2, 3)));

      FormationStep step =
          FormationRules.decide(Nodes.introduction(self, 1), VOTERS, Nodes.answers(knows));

      assertEquals(new FormationStep.Adopt(Nodes.formation(1, 2, 3)), step);
    }
  }

  @Test
  void aFormationOfAnotherListThanItsOwnEndsTheStartWithBothLists() {
    Introduction knows =
        new Introduction(Nodes.CLUSTER, Nodes.name(1, 1), Optional.of(Nodes.formation(1, 2)));

    FormationStep step =
        FormationRules.decide(Nodes.introduction(2, 1), VOTERS, Nodes.answers(knows));

    String why = assertInstanceOf(FormationStep.Refuse.class, step).why();
    assertTrue(
        why.startsWith(
            "controller.quorum.voters is 1@h1:9093,2@h2:9093,3@h3:9093, and the quorum's voters are 1@h1:9093,2@h2:9093: "),
        why);
  }

  @Test
  void aFormationOfOtherAddressesIsAnotherListToo() {
    Introduction knows =
        new Introduction(Nodes.CLUSTER, Nodes.name(1, 1), Optional.of(Nodes.formation(1, 2)));
    List<Voter> moved = List.of(Nodes.voter(1), new Voter(2, "h2", 9094));

    FormationStep step =
        FormationRules.decide(Nodes.introduction(2, 1), moved, Nodes.answers(knows));

    assertInstanceOf(FormationStep.Refuse.class, step);
  }

  @Test
  void whoIsAloneOrHasNoListIsNotCompared() {
    assertEquals(Optional.empty(), ListedVoters.difference(List.of(), Nodes.formation(1, 2)));
    assertEquals(
        Optional.empty(),
        ListedVoters.difference(List.of(new Voter(1, "elsewhere", 1)), Nodes.formation(1)));
    assertEquals(
        Optional.empty(), ListedVoters.difference(Nodes.voters(2, 1), Nodes.formation(1, 2)));
    assertTrue(ListedVoters.difference(Nodes.voters(1), Nodes.formation(1, 2)).isPresent());
  }

  @Test
  void anEmptiedVoterIsAStrangerEvenWhenItIsTheLowest() {
    Introduction knows =
        new Introduction(Nodes.CLUSTER, Nodes.name(2, 1), Optional.of(Nodes.formation(1, 2, 3)));

    FormationStep step =
        FormationRules.decide(
            Nodes.introduction(1, 2), VOTERS, Nodes.answers(knows, Nodes.introduction(3, 1)));

    assertEquals(new FormationStep.Stranger(Nodes.formation(1, 2, 3)), step);
  }

  @Test
  void aStrangerWhoKnowsOfAFormationKeepsTheLowestFromFormingAnother() {
    Introduction removed =
        new Introduction(Nodes.CLUSTER, Nodes.name(3, 2), Optional.of(Nodes.formation(4, 5, 6)));

    FormationStep step =
        FormationRules.decide(
            Nodes.introduction(1, 2), VOTERS, Nodes.answers(Nodes.introduction(2, 2), removed));

    assertEquals(new FormationStep.Stranger(Nodes.formation(4, 5, 6)), step);
  }

  @Test
  void aVoterOfAnotherClusterEndsTheStartWithBothNames() {
    Introduction foreign = new Introduction("cluster-b", Nodes.name(2, 1), Optional.empty());

    FormationStep step =
        FormationRules.decide(Nodes.introduction(1, 1), VOTERS, Nodes.answers(foreign));

    String why = assertInstanceOf(FormationStep.Refuse.class, step).why();
    assertTrue(why.contains("cluster-a") && why.contains("cluster-b"), why);
    assertTrue(why.contains("2@h2:9093"), why);
  }

  @Test
  void aFormationOfAnotherClusterIsNotEvenLookedAt() {
    Introduction foreign =
        new Introduction("cluster-b", Nodes.name(2, 1), Optional.of(Nodes.formation(1, 2, 3)));

    FormationStep step =
        FormationRules.decide(Nodes.introduction(1, 1), VOTERS, Nodes.answers(foreign));

    assertInstanceOf(FormationStep.Refuse.class, step);
  }

  @Test
  void anotherNodeBehindAnAddressEndsTheStartWithBothIds() {
    TreeMap<Integer, Answer> answers = new TreeMap<>();
    answers.put(2, Nodes.introduced(Nodes.introduction(7, 1)));

    FormationStep step = FormationRules.decide(Nodes.introduction(1, 1), VOTERS, answers);

    String why = assertInstanceOf(FormationStep.Refuse.class, step).why();
    assertTrue(why.contains("2@h2:9093") && why.contains("node.id 7"), why);
  }

  @Test
  void ourselvesBehindTheAddressOfAnotherIsSaidToo() {
    TreeMap<Integer, Answer> answers = new TreeMap<>();
    answers.put(2, Nodes.introduced(Nodes.introduction(1, 1)));

    assertInstanceOf(
        FormationStep.Refuse.class,
        FormationRules.decide(Nodes.introduction(1, 1), VOTERS, answers));
  }

  @Test
  void theFormationIsTheSameWhateverTheOrderOfTheList() {
    for (List<Voter> voters : List.of(Nodes.voters(3, 1, 2), Nodes.voters(2, 3, 1))) {
      FormationStep step =
          FormationRules.decide(
              Nodes.introduction(1, 1),
              voters,
              Nodes.answers(Nodes.introduction(2, 1), Nodes.introduction(3, 1)));

      assertEquals(new FormationStep.Form(Nodes.formation(1, 2, 3)), step);
    }
  }

  @Test
  void aCallerOfAnotherClusterIsToldOnlyThat() {
    Introduction self =
        new Introduction(Nodes.CLUSTER, Nodes.name(1, 1), Optional.of(Nodes.formation(1, 2, 3)));

    IntroductionReply reply =
        FormationRules.answer(
            self, new IntroductionRequest("cluster-b", Nodes.name(2, 1), Optional.empty()));

    assertTrue(reply.isRefused());
    assertTrue(reply.refused().contains("cluster-a") && reply.refused().contains("cluster-b"));
    assertEquals(Optional.empty(), reply.introduction().formation());
  }

  @Test
  void aSecondNodeOfOurIdIsRefused() {
    IntroductionReply reply =
        FormationRules.answer(
            Nodes.introduction(1, 1),
            new IntroductionRequest(Nodes.CLUSTER, Nodes.name(1, 2), Optional.empty()));

    assertTrue(reply.refused().contains("node.id 1 is taken"), reply.refused());
  }

  @Test
  void everybodyElseOfTheClusterIsToldWhatIsKnown() {
    Introduction self =
        new Introduction(Nodes.CLUSTER, Nodes.name(1, 1), Optional.of(Nodes.formation(1, 2, 3)));

    IntroductionReply reply =
        FormationRules.answer(
            self, new IntroductionRequest(Nodes.CLUSTER, Nodes.name(9, 1), Optional.empty()));

    assertFalse(reply.isRefused());
    assertEquals(self, reply.introduction());
  }
}
