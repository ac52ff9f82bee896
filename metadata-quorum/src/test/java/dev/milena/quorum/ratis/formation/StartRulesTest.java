package dev.milena.quorum.ratis.formation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartRulesTest {
  private static final StartFacts.Disk EMPTY =
      new StartFacts.Disk(false, false, Optional.empty(), Optional.empty());

  @Test
  void aNamedVoterWithAnEmptyFolderAsksTheOthers() {
    assertEquals(new StartStep.Ask(), start(2, Nodes.voters(1, 2, 3), EMPTY));
  }

  @Test
  void theOnlyVoterFormsAtOnce() {
    assertEquals(new StartStep.Form(Nodes.formation(1)), start(1, Nodes.voters(1), EMPTY));
  }

  @Test
  void aNodeThatIsNotNamedIsAStranger() {
    assertEquals(new StartStep.Stranger(), start(4, Nodes.voters(1, 2, 3), EMPTY));
    assertEquals(new StartStep.Stranger(), start(4, List.of(), EMPTY));
  }

  @Test
  void afterAKillBetweenFormingAndStartingItStartsWithWhatItWroteDown() {
    StartFacts.Disk formed = disk(false, false, Nodes.formation(1, 2, 3));

    assertEquals(
        new StartStep.Open(Optional.of(Nodes.formation(1, 2, 3))),
        start(1, Nodes.voters(1, 2, 3), formed));
  }

  @Test
  void afterAKillBetweenStartingAndNotingItTheLogIsTaken() {
    StartFacts.Disk opened = disk(true, false, Nodes.formation(1, 2, 3));

    assertEquals(
        new StartStep.Open(Optional.of(Nodes.formation(1, 2, 3))),
        start(1, Nodes.voters(1, 2, 3), opened));
  }

  @Test
  void whoKnowsThatItIsNotAmongTheVotersAsksNobody() {
    StartFacts.Disk stranger = disk(false, false, Nodes.formation(1, 2, 3));

    assertEquals(new StartStep.Stranger(), start(4, Nodes.voters(1, 2, 3, 4), stranger));
  }

  @Test
  void aLogWithoutAFormationWaitsForItsLeader() {
    StartFacts.Disk joined =
        new StartFacts.Disk(true, true, Optional.of(Nodes.formation(1, 2, 3)), Optional.empty());

    assertEquals(new StartStep.Open(Optional.empty()), start(4, List.of(), joined));
  }

  @Test
  void aLogThatIsGoneIsNotBegunAnewUnderTheSameName() {
    StartFacts.Disk lost = disk(false, true, Nodes.formation(1));

    String why = assertInstanceOf(StartStep.Lost.class, start(1, Nodes.voters(1), lost)).why();
    assertTrue(why.contains("put it back"), why);
  }

  @Test
  void aListThatDoesNotNameAVoterIsRefused() {
    StartFacts.Disk voter = disk(true, true, Nodes.formation(1, 2, 3));

    StartStep step = start(1, Nodes.voters(2, 3), voter);

    String why = assertInstanceOf(StartStep.Refuse.class, step).why();
    assertTrue(why.contains("[2@h2:9093, 3@h3:9093]") && why.contains("node 1"), why);
  }

  @Test
  void theListIsNotComparedFurtherWithALaterConfiguration() {
    StartFacts.Disk moved =
        new StartFacts.Disk(
            true,
            true,
            Optional.of(Nodes.formation(1, 2, 3)),
            Optional.of(Nodes.formation(1, 4, 5)));

    assertInstanceOf(StartStep.Open.class, start(1, Nodes.voters(1, 2, 3), moved));
    assertInstanceOf(StartStep.Open.class, start(1, List.of(), moved));
  }

  @Test
  void whoWasRemovedMayBeLeftOutOfTheList() {
    StartFacts.Disk removed =
        new StartFacts.Disk(
            true, true, Optional.of(Nodes.formation(1, 2, 3)), Optional.of(Nodes.formation(2, 3)));

    assertInstanceOf(StartStep.Open.class, start(1, Nodes.voters(2, 3), removed));
  }

  @Test
  void aVoterDoesNotRunAsABrokerAlone() {
    StartFacts.Disk voter = disk(true, true, Nodes.formation(1, 2, 3));

    String why = withoutMember(2, voter).orElseThrow();

    assertTrue(why.contains("node 2 is a voter by its own data"), why);
    assertTrue(why.contains("kafkactl quorum --remove-voter 2"), why);
  }

  @Test
  void whoDoesNotVoteMayRunAsABrokerAlone() {
    StartFacts.Disk stranger = disk(false, false, Nodes.formation(1, 2, 3));
    StartFacts.Disk removed =
        new StartFacts.Disk(
            true, true, Optional.of(Nodes.formation(1, 2, 3)), Optional.of(Nodes.formation(2, 3)));

    assertEquals(Optional.empty(), withoutMember(4, stranger));
    assertEquals(Optional.empty(), withoutMember(1, removed));
    assertEquals(Optional.empty(), withoutMember(1, EMPTY));
  }

  private static Optional<String> withoutMember(int node, StartFacts.Disk disk) {
    return StartRules.withoutMember(new StartFacts(Nodes.name(node, 1), List.of(), disk));
  }

  @Test
  void aFolderFromBeforeDirectoriesKeepsItsNames() {
    PeerName plain = new PeerName(1, "");
    StartFacts.Disk old = new StartFacts.Disk(true, false, Optional.empty(), Optional.empty());

    StartStep step = StartRules.decide(new StartFacts(plain, Nodes.voters(1), old));

    assertEquals(
        new StartStep.Open(Optional.of(new Formation(List.of(new Peer(plain, "h1", 9093))))), step);
  }

  private static StartStep start(int node, List<Voter> voters, StartFacts.Disk disk) {
    return StartRules.decide(new StartFacts(Nodes.name(node, 1), voters, disk));
  }

  private static StartFacts.Disk disk(boolean hasLog, boolean wasOpened, Formation formation) {
    return new StartFacts.Disk(hasLog, wasOpened, Optional.of(formation), Optional.empty());
  }
}
