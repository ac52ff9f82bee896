package dev.milena.metadata;

import static dev.milena.metadata.ClusterScript.createTopic;
import static dev.milena.metadata.ClusterScript.submitted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds for the state whatever the commands are. */
class StatesTest {
  private static final CommandStamp LATE = new CommandStamp(5_000, new TopicId(1, 1), 1);
  private static final CommandStamp EARLY = new CommandStamp(3_000, new TopicId(1, 2), 1);

  @Test
  void timeNeverRunsBack() {
    MetadataState late =
        MetadataState.EMPTY
            .step(new EntryPlace(1, 1), submitted(RequestId.NONE, createTopic("a", 1, 1)), LATE)
            .state();

    MetadataState early =
        late.step(new EntryPlace(1, 2), submitted(RequestId.NONE, createTopic("b", 1, 1)), EARLY)
            .state();

    assertEquals(5_000, early.timeMs());
  }

  @Test
  void aLeaderWhoseClockIsMadDoesNoHarm() {
    ClusterScript cluster = ClusterScript.withBrokers(1);
    MetadataState state = cluster.state();
    long index = 100;
    for (long timeMs : new long[] {Long.MIN_VALUE, -1, Long.MAX_VALUE, Long.MAX_VALUE, 0}) {
      index++;
      CommandStamp stamp = new CommandStamp(timeMs, new TopicId(3, index), timeMs);
      SubmittedCommand create = submitted(new RequestId(3, index), createTopic("t" + index, 3, 1));
      MetadataState.Step step = state.step(new EntryPlace(1, index), create, stamp);
      assertTrue(step.answer() instanceof QuorumAnswer.Decided);
      assertTrue(step.state().timeMs() >= state.timeMs());
      state = step.state();
    }
    assertEquals(3, state.answered().byIndex().size());
  }

  @Test
  void aRepeatedRequestGetsItsFirstAnswerAndChangesNothing() {
    ClusterScript cluster = ClusterScript.withBrokers(1);
    SubmittedCommand once = submitted(new RequestId(1, 1), createTopic("a", 1, 1));
    MetadataState.Step first = cluster.step(once);
    cluster.accept(new MetadataCommand.DeleteTopic("a", TopicId.NONE));

    MetadataState.Step second = cluster.step(once);

    assertEquals(first.answer(), second.answer());
    assertEquals(List.of(), second.records());
    assertTrue(cluster.image().topics().isEmpty());
  }

  @Test
  void aRefusedRequestIsDecidedAgain() {
    ClusterScript cluster = new ClusterScript();
    SubmittedCommand create = submitted(new RequestId(1, 1), createTopic("a", 1, 1));
    cluster.step(create);
    cluster.accept(ClusterScript.register(1, "", 1)).accept(cluster.unfence(1));

    assertTrue(cluster.step(create).answer() instanceof QuorumAnswer.Decided);
  }

  @Test
  void aCommandForOneTermIsRefusedInAnother() {
    ClusterScript cluster = ClusterScript.withBrokers(1);
    long term = ClusterScript.TERM;
    for (long other : new long[] {-1, term - 1, term + 1, Long.MAX_VALUE}) {
      MetadataState.Step step = cluster.step(inTerm(other, new RequestId(1, 1)));

      Decision.Refused refused = ((QuorumAnswer.Refused) step.answer()).refusal();
      assertEquals(RefusalReason.STALE_TERM, refused.reason());
      assertEquals(
          "the command was for term %s of the quorum, which is in term %s now; its leader decides anew"
              .formatted(other, term),
          refused.message());
      assertEquals(List.of(), step.records());
    }

    assertTrue(
        cluster.step(inTerm(term, new RequestId(1, 1))).answer() instanceof QuorumAnswer.Decided);
  }

  @Test
  void askingForAComparisonChangesNothing() {
    ClusterScript cluster = ClusterScript.withBrokers(2).accept(createTopic("a", 2, 2));
    ClusterImage before = cluster.image();

    MetadataState.Step step =
        cluster.step(submitted(RequestId.NONE, new MetadataCommand.CheckStateHash(1_000, 77)));

    assertTrue(step.answer() instanceof QuorumAnswer.Decided);
    assertEquals(List.of(), step.records());
    assertEquals(ImageDelta.NONE, step.delta());
    assertEquals(before, cluster.image());
  }

  @Test
  void aRequestThatWasDecidedInItsTermIsAnsweredInTheNext() {
    MetadataState state = ClusterScript.withBrokers(1).state();
    SubmittedCommand once = inTerm(7, new RequestId(1, 1));
    MetadataState.Step first = state.step(new EntryPlace(7, 100), once, LATE);

    MetadataState.Step second = first.state().step(new EntryPlace(8, 101), once, LATE);

    assertEquals(first.answer(), second.answer());
    assertEquals(first.state(), second.state());
  }

  private static SubmittedCommand inTerm(long term, RequestId id) {
    SubmittedCommand any = submitted(id, createTopic("a", 1, 1));
    return new SubmittedCommand(id, any.origin(), term, any.command());
  }

  @Test
  void answeredRequestsAreBoundedInNumber() {
    AnsweredRequests answered = AnsweredRequests.NONE;
    for (long i = 1; i <= AnsweredRequests.MAX_REQUESTS + 5; i++) {
      answered = answered.with(i, answered(i, 1_000));
    }

    assertEquals(AnsweredRequests.MAX_REQUESTS, answered.byIndex().size());
    assertEquals(AnsweredRequests.MAX_REQUESTS, answered.indexes().size());
    assertTrue(answered.find(new RequestId(0, 5)).isEmpty());
    assertTrue(answered.find(new RequestId(0, 6)).isPresent());
  }

  @Test
  void answeredRequestsAreForgottenInTime() {
    AnsweredRequests answered =
        AnsweredRequests.NONE
            .with(1, answered(1, 1_000))
            .with(2, answered(2, 2_000))
            .with(3, answered(3, 1_001 + AnsweredRequests.KEPT_MS));

    assertTrue(answered.find(new RequestId(0, 1)).isEmpty());
    assertTrue(answered.find(new RequestId(0, 2)).isPresent());
  }

  @Test
  void foldingTheRecordsGivesTheSameImageAtEveryPrefix() {
    for (long seed = 1; seed <= 40; seed++) {
      ClusterScript cluster = scripted(seed, 120);
      ClusterImage folded = ClusterImage.EMPTY;
      ClusterScript again = scripted(seed, 0);
      for (List<MetadataRecord> records : cluster.entries()) {
        ClusterImage before = folded;
        ClusterImage.Folded step = folded.with(records);
        folded = step.image();

        assertEquals(
            ImageDelta.between(before, folded), withoutUnchanged(before, step), "seed " + seed);
      }
      assertEquals(cluster.image(), folded, "seed " + seed);
      assertEquals(ClusterImage.EMPTY, again.image());
    }
  }

  @Test
  void theSameCommandsGiveTheSameStates() {
    for (long seed = 1; seed <= 10; seed++) {
      assertEquals(scripted(seed, 120).state(), scripted(seed, 120).state(), "seed " + seed);
    }
  }

  @Test
  void whateverHappensThePartitionsRowsHold() {
    int rare = 0;
    for (long seed = 1; seed <= 40; seed++) {
      RandomCommands commands = new RandomCommands(seed);
      ClusterScript cluster = ClusterScript.withBrokers(3);
      for (int i = 0; i < 120; i++) {
        ClusterImage before = cluster.image();
        MetadataCommand command = commands.next(before);
        cluster.apply(command);
        rare +=
            PartitionInvariants.check(
                before, cluster.image(), command, "seed " + seed + " step " + i);
        assertTrue(
            mayLose(command) || offline(cluster.image()) <= offline(before),
            "only a lost replica leaves nobody to lead: seed %s step %s".formatted(seed, i));
      }
    }
    assertTrue(rare > 1_000, "the scripts must reach leaderless and eligible rows: " + rare);
  }

  private static boolean mayLose(MetadataCommand command) {
    return command instanceof MetadataCommand.RegisterBroker
        || command instanceof MetadataCommand.ReportLostReplicas;
  }

  /** How many partitions nobody can lead any more without losing records. */
  private static long offline(ClusterImage image) {
    return image.topics().values().stream()
        .flatMap(topic -> topic.partitions().stream())
        .filter(row -> row.isr().isEmpty() && row.elr().isEmpty() && !row.hasLastKnownLeader())
        .count();
  }

  /** A fold tells all that it touched; comparing tells only what differs. */
  private static ImageDelta withoutUnchanged(ClusterImage before, ClusterImage.Folded step) {
    List<TopicId> unchanged = new ArrayList<>();
    for (TopicDelta delta : step.delta().topics().values()) {
      if (before.topic(delta.id()).equals(step.image().topic(delta.id()))) {
        unchanged.add(delta.id());
      }
    }
    return new ImageDelta(
        step.delta().topics().minusAll(unchanged), step.delta().brokers(), step.delta().voters());
  }

  private static ClusterScript scripted(long seed, int steps) {
    RandomCommands commands = new RandomCommands(seed);
    ClusterScript cluster = new ClusterScript();
    for (int i = 0; i < steps; i++) {
      cluster.apply(commands.next(cluster.image()));
    }
    return cluster;
  }

  private static AnsweredRequests.Answered answered(long id, long timeMs) {
    return new AnsweredRequests.Answered(
        new RequestId(0, id), timeMs, new MetadataReply.DoneReply());
  }
}
