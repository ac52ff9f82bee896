package dev.milena.quorum.ratis.formation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A voter that comes back opens its log only when a majority has said how far it had been. */
class ReturnRulesTest {
  private static final Introduction SELF = Nodes.introduction(3, 1);
  private static final ReturnStep OPEN = new ReturnStep.Open(List.of());

  private final Map<Voter, Answer> answers = new HashMap<>();
  private Introduction self = SELF;
  private List<Formation> traces = List.of(Nodes.formation(1, 2, 3));
  private List<Voter> named = List.of();
  private Optional<LastEntry> noted = Optional.empty();
  private Map<Voter, Formation> toldBefore = Map.of();
  private long forRoundMs;
  private OptionalLong votersIndex = OptionalLong.empty();

  @Test
  void withoutAMajorityItWaitsHoweverLongAndSaysForWhom() {
    silent(1);

    ReturnStep.Wait waits = assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));

    assertTrue(waits.waitingFor().toString().contains("1@h1:9093 does not answer: silence"));
    // One that is late for the round is named too.
    assertTrue(waits.waitingFor().toString().contains("2@h2:9093 does not answer: not yet"));
    assertFalse(ReturnRules.isEnough(facts(0)));
  }

  @Test
  void whenAllHaveAnsweredItOpensAtOnce() {
    answers(1, Reached.NOTHING);
    answers(2, Reached.NOTHING);

    assertEquals(OPEN, decide(0));
  }

  @Test
  void whoDoesNotAnswerIsWaitedForEvenLessWhereTheLeaderDoes() {
    answers(1, new Reached(true, Optional.empty()));
    silent(2);

    assertInstanceOf(ReturnStep.Wait.class, decide(ReturnRules.LEADER_LATE_MS - 1));
    assertEquals(OPEN, decide(ReturnRules.LEADER_LATE_MS));
  }

  @Test
  void aLeaderAloneIsNoMajorityOfFive() {
    traces = List.of(Nodes.formation(1, 2, 3, 4, 5));
    answers(1, new Reached(true, Optional.empty()));
    assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));

    answers(2, Reached.NOTHING);
    assertEquals(OPEN, decide(ReturnRules.LEADER_LATE_MS));
  }

  @Test
  void whoDoesNotAnswerIsWaitedForALittleWhereNobodyLeads() {
    answers(1, Reached.NOTHING);
    silent(2);

    assertInstanceOf(ReturnStep.Wait.class, decide(ReturnRules.LATE_MS - 1));
    assertEquals(OPEN, decide(ReturnRules.LATE_MS));
  }

  @Test
  void itsLogMustReachWhateverAnybodyKnows() {
    noted = Optional.of(new LastEntry(5, 90));
    answers(1, reached(6, 120));
    answers(2, reached(6, 110));

    ReturnStep.Open opens = assertInstanceOf(ReturnStep.Open.class, decide(0));

    assertEquals(
        Set.of(new LastEntry(5, 90), new LastEntry(6, 120), new LastEntry(6, 110)),
        Set.copyOf(opens.mustReach()));
  }

  @Test
  void anEmptiedVoterAForeignNodeOneThatRefusesAndItselfDoNotCount() {
    traces = List.of(Nodes.formation(1, 2, 3, 4));
    answers.put(Nodes.voter(1), Nodes.introduced(Nodes.introduction(1, 2)));
    answers.put(
        Nodes.voter(2),
        Nodes.introduced(new Introduction("another", Nodes.name(2, 1), Optional.empty())));
    answers.put(
        Nodes.voter(4),
        new Answer.Introduced(new IntroductionReply(Nodes.introduction(4, 1), "no")));
    answers.put(new Voter(5, "h5", 9093), Nodes.introduced(SELF));
    named = List.of(new Voter(5, "h5", 9093));

    ReturnStep.Wait waits = assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));

    assertEquals(4, waits.waitingFor().size(), waits::toString);
    assertTrue(waits.waitingFor().toString().contains("no voter of this quorum"), waits::toString);
    assertTrue(waits.waitingFor().toString().contains("4@h4:9093 refuses: no"), waits::toString);
  }

  @Test
  void votersThatCameLaterCountIfTheyKnowThisOneAsAVoter() {
    Formation later = Nodes.formation(3, 4, 5);
    silent(1);
    silent(2);
    told(4, later);
    // One of them is enough, and it is asked for the others then.
    assertEquals(OPEN, decide(ReturnRules.LATE_MS));
    assertTrue(ReturnRules.toAsk(facts(0)).contains(Nodes.voter(5)));

    told(5, later);
    assertEquals(OPEN, decide(0));
  }

  @Test
  void votersOfAQuorumWithoutThisOneDoNotCount() {
    silent(1);
    silent(2);
    told(4, Nodes.formation(4, 5, 6));
    told(5, Nodes.formation(4, 5, 6));

    assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));
  }

  /** It was killed while it joined, and its disk knows of others only. */
  @Test
  void aLeaderThatWantsItAsAVoterTellsItWhomToAsk() {
    silent(1);
    silent(2);
    self = new Introduction(Nodes.CLUSTER, SELF.peer(), Optional.of(Nodes.formation(4, 5)));
    assertTrue(ReturnRules.toAsk(facts(0)).contains(Nodes.voter(4)));
    answers(4, new Reached(true, Optional.empty()));
    // Itself it is no voter of theirs: one of two is no majority.
    assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));

    answers(5, Reached.NOTHING);
    assertEquals(OPEN, decide(0));
  }

  /** A cluster that grew from one: the file of the formation names that one for ever. */
  @Test
  void ofWhatItsDiskKnowsOnlyTheNewestCountsAndAllAreAsked() {
    Formation alone = Nodes.formation(3);
    self = new Introduction(Nodes.CLUSTER, SELF.peer(), Optional.of(alone));
    traces = List.of(Nodes.formation(1, 3), Nodes.formation(2, 3), alone);

    assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));

    named = List.of(Nodes.voter(7), Nodes.voter(3));
    assertEquals(
        Set.of(Nodes.voter(1), Nodes.voter(2), Nodes.voter(7)), ReturnRules.toAsk(facts(0)));
    answers(2, Reached.NOTHING);
    assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));
    answers(1, Reached.NOTHING);
    assertEquals(OPEN, decide(0));
  }

  @Test
  void whoVotesAloneByItsDiskAndItsSettingsAsksNobody() {
    Formation alone = Nodes.formation(3);
    assertFalse(ReturnRules.asks(SELF.peer(), List.of(), List.of(Nodes.voter(1))));
    assertFalse(ReturnRules.asks(SELF.peer(), List.of(alone), List.of()));
    assertFalse(ReturnRules.asks(SELF.peer(), List.of(alone), List.of(Nodes.voter(3))));

    assertTrue(
        ReturnRules.asks(SELF.peer(), List.of(alone), List.of(Nodes.voter(3), Nodes.voter(1))));
    assertTrue(ReturnRules.asks(SELF.peer(), List.of(Nodes.formation(1, 3), alone), List.of()));
  }

  /** A disk of the day before others were taken in. */
  @Test
  void whoVotedAloneOnceIsToldThatOthersVoteWithItNow() {
    traces = List.of(Nodes.formation(3));
    named = List.of(Nodes.voter(1), Nodes.voter(2), Nodes.voter(3));
    assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));

    told(1, Nodes.formation(1, 2, 3));
    assertTrue(ReturnRules.isEnough(facts(0)));
    answers.put(
        Nodes.voter(1),
        new Answer.Introduced(
            new IntroductionReply(
                    new Introduction(
                        Nodes.CLUSTER, Nodes.name(1, 1), Optional.of(Nodes.formation(1, 2, 3))),
                    "")
                .with(reached(6, 120))));
    silent(2);
    ReturnStep.Open opens = assertInstanceOf(ReturnStep.Open.class, decide(ReturnRules.LATE_MS));
    assertEquals(List.of(new LastEntry(6, 120)), opens.mustReach());

    told(1, Nodes.formation(1, 2, 3, 4, 5));
    assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));
  }

  @Test
  void whoVotedAloneOnceAndWasReplacedDoesNotVoteAlone() {
    traces = List.of(Nodes.formation(3));
    named = List.of(Nodes.voter(1), Nodes.voter(2), Nodes.voter(3));
    told(1, Nodes.formation(1, 2));
    silent(2);

    ReturnStep.Wait waits = assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));
    assertTrue(
        waits.waitingFor().toString().contains("is a voter of a quorum of"), waits::toString);
  }

  @Test
  void whoIsStillAloneWaitsForWhomItsSettingsNameALittleInEachRound() {
    traces = List.of(Nodes.formation(3));
    named = List.of(Nodes.voter(1), Nodes.voter(2), Nodes.voter(3));
    answers(1, Reached.NOTHING);
    assertFalse(ReturnRules.isEnough(facts(0)));
    forRoundMs = ReturnRules.LATE_MS - 1;
    assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));
    forRoundMs = ReturnRules.LATE_MS;
    assertEquals(OPEN, decide(0));

    forRoundMs = 0;
    silent(2);
    assertEquals(OPEN, decide(0));
  }

  /** Who is silent afterwards takes nothing back. */
  @Test
  void whoWasToldOnceThatOthersVoteIsNotAloneAnyMore() {
    traces = List.of(Nodes.formation(3));
    named = List.of(Nodes.voter(1), Nodes.voter(3));
    forRoundMs = 1_000_000;
    for (Formation others : List.of(Nodes.formation(1, 2), Nodes.formation(1, 2, 3))) {
      toldBefore = Map.of();
      told(1, others);
      toldBefore = ReturnRules.told(facts(0));
      assertEquals(Map.of(Nodes.voter(1), others), toldBefore);
      answers.clear();

      ReturnStep.Wait waits = assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));
      assertTrue(waits.waitingFor().toString().contains("1@h1:9093"), waits::toString);
      silent(1);
      assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));
      assertFalse(ReturnRules.isEnough(facts(0)));
      assertTrue(ReturnRules.toAsk(facts(0)).contains(Nodes.voter(2)));
    }

    // and its last word counts
    told(1, Nodes.formation(1, 3));
    assertEquals(OPEN, decide(0));
  }

  /** The others were removed while one of them was away; or this one was emptied, and added. */
  @Test
  void whoIsAloneDoesNotWaitForAVoterWhoseListIsOlderThanItsDisk() {
    named = List.of(Nodes.voter(1), Nodes.voter(3));
    forRoundMs = ReturnRules.LATE_MS;
    for (Formation older : List.of(Nodes.formation(1, 2, 3, 4), Nodes.formation(1, 2))) {
      traces = List.of(Nodes.formation(3), Nodes.formation(1, 2, 3, 4));
      votersIndex = OptionalLong.of(900);
      told(1, older, OptionalLong.of(899));
      assertEquals(Map.of(), ReturnRules.told(facts(0)));
      assertEquals(OPEN, decide(0));

      // of the same entry or a later one, or nobody knows of which
      told(1, older, OptionalLong.of(901));
      assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));
      told(1, older, OptionalLong.empty());
      assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));
      votersIndex = OptionalLong.empty();
      told(1, older, OptionalLong.of(899));
      assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));
      // a disk of the first day may have led alone since, when nobody else was up
      traces = List.of(Nodes.formation(3));
      votersIndex = OptionalLong.of(900);
      assertInstanceOf(ReturnStep.Wait.class, decide(1_000_000));
    }
  }

  /** With others on its disk it may be one that was removed, and has a majority to ask. */
  @Test
  void whoHasOthersOnItsDiskCountsThemHoweverOldTheirListIs() {
    votersIndex = OptionalLong.of(900);
    told(1, Nodes.formation(1, 2, 3), OptionalLong.of(899));
    told(2, Nodes.formation(1, 2, 3), OptionalLong.of(899));
    assertEquals(OPEN, decide(0));
  }

  /** The disk that is asked for to be emptied must not be the only good one. */
  @Test
  void whoIsToldToEmptyItsDiskIsToldFirstWhenThatIsRight() {
    traces = List.of(Nodes.formation(3));
    named = List.of(Nodes.voter(1), Nodes.voter(3));
    told(1, Nodes.formation(1, 2));

    String said = assertInstanceOf(ReturnStep.Wait.class, decide(0)).waitingFor().toString();

    assertTrue(said.indexOf("If that quorum has a leader") > 0, said);
    assertTrue(said.indexOf("If that quorum has a leader") < said.indexOf("emptied"), said);
    assertTrue(said.contains("start this node again, with its disk as it is"), said);
  }

  @Test
  void ofTwoVotersTheOtherMustAnswerOfFourTwoAndOfFiveTwo() {
    answers(1, Reached.NOTHING);
    traces = List.of(Nodes.formation(1, 3));
    assertTrue(ReturnRules.isEnough(facts(0)));
    traces = List.of(Nodes.formation(1, 2, 3, 4));
    assertFalse(ReturnRules.isEnough(facts(0)));
    traces = List.of(Nodes.formation(1, 2, 3, 4, 5));
    assertFalse(ReturnRules.isEnough(facts(0)));
    answers(2, Reached.NOTHING);
    assertTrue(ReturnRules.isEnough(facts(0)));
    traces = List.of(Nodes.formation(1, 2, 3, 4));
    assertTrue(ReturnRules.isEnough(facts(0)));
  }

  @Test
  void aLogIsShortThatEndsBeforeOrInAnEarlierTerm() {
    LastEntry must = new LastEntry(6, 120);
    assertTrue(ReturnRules.isShort(new LastEntry(6, 119), must));
    assertTrue(ReturnRules.isShort(new LastEntry(7, 119), must));
    assertTrue(ReturnRules.isShort(new LastEntry(5, 500), must));
    assertFalse(ReturnRules.isShort(must, must));
    assertFalse(ReturnRules.isShort(new LastEntry(9, 120), must));
    assertFalse(ReturnRules.isShort(new LastEntry(6, 121), must));
  }

  private ReturnStep decide(long enoughForMs) {
    return ReturnRules.decide(facts(enoughForMs));
  }

  private ReturnFacts facts(long enoughForMs) {
    return new ReturnFacts(
        self,
        new VoterTraces(traces, votersIndex),
        named,
        noted,
        toldBefore,
        answers,
        new ReturnFacts.Waited(forRoundMs, enoughForMs));
  }

  private void silent(int id) {
    answers.put(Nodes.voter(id), new Answer.Silent("silence"));
  }

  private void answers(int id, Reached told) {
    IntroductionReply reply = new IntroductionReply(Nodes.introduction(id, 1), "").with(told);
    answers.put(Nodes.voter(id), new Answer.Introduced(reply));
  }

  private void told(int id, Formation voters) {
    told(id, voters, OptionalLong.empty());
  }

  private void told(int id, Formation voters, OptionalLong index) {
    Introduction said = new Introduction(Nodes.CLUSTER, Nodes.name(id, 1), Optional.of(voters));
    answers.put(
        Nodes.voter(id),
        new Answer.Introduced(new IntroductionReply(said, "").with(Reached.NOTHING.with(index))));
  }

  private static Reached reached(long term, long index) {
    return new Reached(false, Optional.of(new LastEntry(term, index)));
  }
}
