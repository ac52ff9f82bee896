package dev.milena.quorum.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.CommandStamp;
import dev.milena.metadata.EntryPlace;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.MetadataState;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.VoterImage;
import dev.milena.quorum.store.StateHashAt;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

/** The controller over the real deciders and image; the quorum is a list of commands. */
class ControllerLoopTest {
  private static final long TERM = 3;
  private static final long TEN_YEARS_MS = 315_569_520_000L;

  private final List<MetadataCommand> asked = new ArrayList<>();
  private final ArrayDeque<Consumer<DialOutcome>> dials = new ArrayDeque<>();
  private MetadataState state = MetadataState.EMPTY;
  private long index;
  private long nowMs = 1_000;
  private long walls = 1_700_000_000_000L;
  private boolean quorumWorks = true;
  private boolean rung;
  private Optional<StateHashAt> noted = Optional.of(new StateHashAt(4_000, 44));
  private Optional<MetadataCommand.NoteVoters> voters = Optional.empty();
  private final ControllerLoop loop =
      new ControllerLoop(
          new ControllerLoop.Surroundings(
              LivenessSettings.DEFAULT,
              true,
              this::submit,
              (host, port, outcome) -> dials.add(outcome),
              () -> noted,
              () -> voters),
          () -> rung = true);

  @Test
  void brokersThatAreReadyAreUnfencedAndOneThatDiesIsFencedAndGetsItsLeadershipsBack() {
    threeUp();
    decide(createTopic("t", 6, 2));
    assertEquals(2, ledBy(1));

    loop.ended(1, 1);
    turn();
    dials.remove().accept(new DialOutcome.Refused());
    turn();

    assertTrue(image().broker(1).orElseThrow().fenced());
    assertEquals(0, ledBy(1));
    assertEquals(6, ledBy(2) + ledBy(3));

    register(1, 2);
    connect(1, 2, 11);
    turn();
    assertFalse(image().broker(1).orElseThrow().fenced());
    assertEquals(0, ledBy(1), "its leaderships wait until it has settled");
    inSyncAgain();
    nowMs += 2 * LeaderBalance.SETTLE_MS;
    hear(1, 11);
    hear(2, 2);
    hear(3, 3);
    turn();
    assertEquals(2, ledBy(1));
  }

  /** Else it would believe for good that it is heard, and stay fenced. */
  @Test
  void aStreamThatWasOpenedInAnEarlierTermIsToldToComeAgain() {
    threeUp();
    Beat beat = new Beat(index, true, false);
    assertTrue(loop.beat(1, 1, beat, OptionalLong.empty()));

    loop.leaderLost();
    loop.leaderReady(TERM + 1);

    assertFalse(loop.beat(1, 1, beat, OptionalLong.empty()));
    assertTrue(loop.opened(1, image().broker(1).orElseThrow().incarnation(), 21));
    assertTrue(loop.beat(1, 21, beat, OptionalLong.empty()));
  }

  @Test
  void statesAreComparedOnceForEveryThousandEntriesOfATermAndNotInAnIdleCluster() {
    threeUp();
    for (int i = 0; i < 10; i++) {
      nowMs += 30_000;
      turn();
    }
    assertEquals(List.of(), checks(), "what the term began with was its predecessor's to check");

    noted = Optional.of(new StateHashAt(5_000, 55));
    turn();
    turn();
    noted = Optional.of(new StateHashAt(8_000, 88));
    turn();
    assertEquals(
        List.of(
            new MetadataCommand.CheckStateHash(5_000, 55),
            new MetadataCommand.CheckStateHash(8_000, 88)),
        checks());

    noted = Optional.empty();
    turn();
    loop.leaderLost();
    noted = Optional.of(new StateHashAt(9_000, 99));
    turn();
    assertEquals(2, checks().size());
  }

  private List<MetadataCommand> checks() {
    return asked.stream().filter(MetadataCommand.CheckStateHash.class::isInstance).toList();
  }

  @Test
  void votersThatTheJournalDoesNotKnowAreNotedWhenATermBeginsAndUntilTheyAre() {
    MetadataCommand.NoteVoters note =
        new MetadataCommand.NoteVoters(7, List.of(new VoterImage(1, "d", "h", 9093)));
    voters = Optional.of(note);
    quorumWorks = false;
    loop.leaderReady(TERM);
    turn();
    turn();
    assertEquals(List.of(note), notes(), "not at every turn");

    quorumWorks = true;
    nowMs += TermDuties.VOTERS_EVERY_MS;
    turn();
    assertEquals(List.of(note, note), notes());
    assertEquals(note.voters(), image().voters().voters());

    voters = Optional.empty();
    nowMs += 10 * TermDuties.VOTERS_EVERY_MS;
    turn();
    loop.leaderLost();
    voters = Optional.of(note);
    turn();
    assertEquals(2, notes().size(), "who does not lead notes nothing");
    loop.leaderReady(TERM + 1);
    turn();
    assertEquals(3, notes().size(), "the next term looks at once");
  }

  private List<MetadataCommand> notes() {
    return asked.stream().filter(MetadataCommand.NoteVoters.class::isInstance).toList();
  }

  @Test
  void anIndexIsSpreadWhenTheLastBrokerHasAcknowledgedIt() {
    threeUp();
    List<Boolean> answers = new ArrayList<>();
    decide(createTopic("t", 1, 1));
    loop.awaitSpread(index, 1_000, answers::add);
    hear(1, 1);
    hear(2, 2);
    turn();
    assertEquals(List.of(), answers);

    hear(3, 3);
    turn();

    assertEquals(List.of(true), answers);
  }

  @Test
  void whoWaitsTooLongForABrokerIsAnsweredWithoutThePromise() {
    threeUp();
    List<Boolean> answers = new ArrayList<>();
    decide(createTopic("t", 1, 1));
    loop.awaitSpread(index, 1_000, answers::add);
    assertEquals(nowMs + 1_000, turn());
    nowMs += 1_000;
    turn();

    assertEquals(List.of(false), answers);
  }

  @Test
  void nobodySitsAtTheDeskOfAMemberThatDoesNotLead() {
    List<Boolean> answers = new ArrayList<>();
    assertFalse(loop.opened(1, run(1, 1), 1));
    loop.awaitSpread(5, 1_000, answers::add);
    assertEquals(List.of(false), answers);

    threeUp();
    decide(createTopic("t", 1, 1));
    loop.awaitSpread(index, 1_000, answers::add);
    turn();
    loop.leaderLost();
    assertFalse(loop.beat(1, 1, new Beat(index, true, false), OptionalLong.empty()));
    assertEquals(Long.MAX_VALUE, turn());

    assertEquals(List.of(false, false), answers, "what a term promised ends with it");
  }

  @Test
  void whatTheQuorumDoesNotTakeIsAskedForAgain() {
    threeUp();
    quorumWorks = false;
    loop.ended(1, 1);
    turn();
    dials.remove().accept(new DialOutcome.Refused());
    turn();
    assertFalse(image().broker(1).orElseThrow().fenced());

    quorumWorks = true;
    nowMs += 200;
    turn();

    assertTrue(image().broker(1).orElseThrow().fenced());
  }

  @Test
  void anOutcomeOfAnEarlierTermChangesNothing() {
    threeUp();
    loop.ended(1, 1);
    turn();
    loop.leaderLost();
    loop.leaderReady(TERM + 1);
    dials.remove().accept(new DialOutcome.Refused());
    turn();

    assertFalse(image().broker(1).orElseThrow().fenced());
    assertEquals(3, dials.size(), "a new term dials everybody itself");
  }

  @Test
  void theClusterHasATimeOnceMostBrokersAreHeardInATermAndNoneWithoutALeader() {
    loop.follower().onApplied(index, ImageDelta.NONE, image());
    loop.leaderReady(TERM);
    turn();
    for (int broker = 1; broker <= 3; broker++) {
      register(broker, 1);
    }
    walls = TEN_YEARS_MS;
    connect(1, 1, 1);
    turn();
    assertEquals(OptionalLong.empty(), loop.clusterTimeAheadMs(), "that may be the wrong one");

    walls = 5_000;
    connect(2, 1, 2);
    turn();
    assertEquals(OptionalLong.of(5_000 - nowMs), loop.clusterTimeAheadMs());
    loop.ended(2, 2);
    turn();
    assertEquals(OptionalLong.empty(), loop.clusterTimeAheadMs());

    connect(3, 1, 3);
    turn();
    assertTrue(loop.clusterTimeAheadMs().isPresent());
    loop.leaderReady(TERM + 1);
    turn();
    assertEquals(OptionalLong.empty(), loop.clusterTimeAheadMs(), "a term begins with nothing");
    connect(1, 1, 11);
    connect(2, 1, 12);
    connect(3, 1, 13);
    loop.leaderLost();
    turn();
    assertEquals(OptionalLong.empty(), loop.clusterTimeAheadMs());
  }

  private void threeUp() {
    loop.follower().onApplied(index, ImageDelta.NONE, image());
    loop.leaderReady(TERM);
    turn();
    for (int broker = 1; broker <= 3; broker++) {
      register(broker, 1);
      connect(broker, 1, broker);
    }
    turn();
    for (int broker = 1; broker <= 3; broker++) {
      assertFalse(image().broker(broker).orElseThrow().fenced(), "broker " + broker);
    }
    dials.clear();
  }

  private void register(int broker, int runNumber) {
    decide(
        new MetadataCommand.RegisterBroker(
            broker, "h" + broker, 9092, "", run(broker, runNumber), IncarnationId.NONE));
  }

  private void connect(int broker, int runNumber, long session) {
    assertTrue(loop.opened(broker, run(broker, runNumber), session));
    hear(broker, session);
  }

  private void hear(int broker, long session) {
    assertTrue(loop.beat(broker, session, new Beat(index, true, false), OptionalLong.of(walls)));
  }

  /** Until data is replicated nobody joins an ISR: a fold of what a leader would ask for. */
  private void inSyncAgain() {
    List<MetadataRecord> records = new ArrayList<>();
    for (var topic : image().topics().values()) {
      for (PartitionImage row : topic.partitions()) {
        records.add(new MetadataRecord.PartitionChanged(topic.id(), inSync(row)));
      }
    }
    ClusterImage.Folded folded = image().with(records);
    index++;
    state = new MetadataState(folded.image(), state.answered(), state.timeMs());
    loop.follower().onApplied(index, folded.delta(), folded.image());
  }

  private static PartitionImage inSync(PartitionImage row) {
    return new PartitionImage(
        row.partition(),
        row.leadership(),
        row.partitionEpoch() + 1,
        row.replicas(),
        row.replicas(),
        List.of(),
        row.reassignment());
  }

  /** Turns until nothing more comes of it; a loop that never rests fails. */
  private long turn() {
    long next = nowMs;
    rung = true;
    for (int turns = 0; rung || next <= nowMs; turns++) {
      assertTrue(turns < 100, "the controller does not come to rest");
      rung = false;
      next = loop.turn(nowMs);
    }
    return next;
  }

  private void submit(MetadataCommand command, long term, Consumer<Boolean> accepted) {
    asked.add(command);
    accepted.accept(quorumWorks && term == TERM && decide(command));
  }

  private boolean decide(MetadataCommand command) {
    index++;
    MetadataState.Step step =
        state.step(
            new EntryPlace(TERM, index),
            new SubmittedCommand(
                RequestId.NONE, new CommandOrigin("tester", "", "a test"), command),
            new CommandStamp(nowMs, new TopicId(9, index), 42));
    state = step.state();
    loop.follower().onApplied(index, step.delta(), state.image());
    return step.answer() instanceof QuorumAnswer.Decided;
  }

  private static MetadataCommand createTopic(String name, int partitions, int factor) {
    return new MetadataCommand.CreateTopic(
        name, partitions, new ReplicaPlan.Factor(factor), TreePMap.empty(), 1);
  }

  private ClusterImage image() {
    return state.image();
  }

  private long ledBy(int broker) {
    return image().topics().values().stream()
        .flatMap(topic -> topic.partitions().stream())
        .filter(row -> row.leader() == broker)
        .count();
  }

  private static IncarnationId run(int broker, int number) {
    return new IncarnationId(broker, number);
  }
}
