package dev.milena.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.BrokerStanding;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.JournalPlace;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.Leadership;
import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.Reassignment;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.VoterImage;
import dev.milena.metadata.VotersImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

class AuditSentencesTest {
  private static final TopicId LOGS = new TopicId(1, 2);
  private static final TopicId OTHER = new TopicId(3, 4);
  private static final TopicId FORGOTTEN = new TopicId(5, 6);

  private final TopicHistory history = new TopicHistory();

  AuditSentencesTest() {
    history.learn(step(created(LOGS, "logs"), created(OTHER, "other")));
  }

  private static MetadataRecord created(TopicId id, String name) {
    return new MetadataRecord.TopicCreated(
        id, name, 1, TreePMap.<String, String>empty(), List.of(partition(0, 1)));
  }

  private static PartitionImage partition(int number, int leader) {
    return new PartitionImage(
        number,
        new Leadership(leader, 5),
        7,
        List.of(1, 2, 3),
        leader == PartitionImage.NO_LEADER ? List.of() : List.of(2, 3),
        List.of(),
        Reassignment.NONE);
  }

  private static JournalStep step(MetadataRecord... records) {
    return new JournalStep(
        new JournalPlace(1, 10, -1),
        99,
        RequestId.NONE,
        CommandOrigin.ofBroker(1),
        List.of(records),
        0);
  }

  private List<String> all(MetadataRecord... records) {
    return new AuditSentences(history::name, Optional.empty()).of(step(records));
  }

  private void says(String expected, MetadataRecord record) {
    assertEquals(List.of(expected), all(record));
  }

  @Test
  void whatOperatorsOrderOfLeadersAndBrokersIsSaid() {
    says(
        "broker 3 was made the leader of logs-2 uncleanly, epoch 7: what was acknowledged and it"
            + " does not have is lost",
        new MetadataRecord.UncleanLeaderElected(LOGS, 2, 3, 7));
    says(
        "broker 4 is drained: it gets no new replicas",
        new MetadataRecord.BrokerDrainChanged(4, 2, true));
    says("broker 4 gets new replicas again", new MetadataRecord.BrokerDrainChanged(4, 3, false));
    assertEquals(
        List.of("leader of logs-2 is 3, epoch 5, replicas 1,2,3, in sync 2,3"),
        new AuditSentences(history::name, Optional.of(LOGS::equals))
            .of(
                step(
                    new MetadataRecord.UncleanLeaderElected(OTHER, 0, 1, 1),
                    new MetadataRecord.PartitionChanged(LOGS, partition(2, 3)))));
  }

  @Test
  void topicsAreNamedWithTheirIdsWhenTheyComeAndGo() {
    says(
        "created topic logs (%s), 3 partitions, replication factor 3, with a=1, b=2"
            .formatted(LOGS),
        new MetadataRecord.TopicCreated(
            LOGS,
            "logs",
            1,
            TreePMap.singleton("b", "2").plus("a", "1"),
            List.of(partition(0, 1), partition(1, 2), partition(2, 3))));
    says("deleted topic logs (%s)".formatted(LOGS), new MetadataRecord.TopicDeleted(LOGS));
  }

  @Test
  void aTopicThatTheJournalHasForgottenIsNamedByItsId() {
    says("deleted topic " + FORGOTTEN, new MetadataRecord.TopicDeleted(FORGOTTEN));
    says(
        FORGOTTEN + "-0 has no leader, epoch 5, replicas 1,2,3, in sync none",
        new MetadataRecord.PartitionChanged(FORGOTTEN, partition(0, PartitionImage.NO_LEADER)));
  }

  @Test
  void changesOfATopicSayWhatItIsNow() {
    says(
        "added 2 partitions to topic logs, now 5",
        new MetadataRecord.PartitionsAdded(LOGS, List.of(partition(3, 1), partition(4, 1))));
    says(
        "topic logs: set retention.ms=1; put a, b back to the default",
        new MetadataRecord.TopicConfigsChanged(
            LOGS, TreePMap.singleton("retention.ms", "1"), List.of("a", "b")));
    says(
        "topic logs: put a back to the default",
        new MetadataRecord.TopicConfigsChanged(
            LOGS, TreePMap.<String, String>empty(), List.of("a")));
  }

  @Test
  void aPartitionSaysWhoLeadsAndWhoIsInSync() {
    says(
        "leader of logs-0 is 2, epoch 5, replicas 1,2,3, in sync 2,3",
        new MetadataRecord.PartitionChanged(LOGS, partition(0, 2)));
    says(
        "leader of logs-1 is 2, epoch 5, replicas 4,2, in sync 2, eligible 4, moving to 4",
        new MetadataRecord.PartitionChanged(
            LOGS,
            new PartitionImage(
                1,
                new Leadership(2, 5),
                7,
                List.of(4, 2),
                List.of(2),
                List.of(4),
                new Reassignment(List.of(2), List.of(4)))));
    says(
        "logs-1 has no leader, epoch 5, replicas 4,2, in sync none, last known leader 2",
        new MetadataRecord.PartitionChanged(
            LOGS,
            new PartitionImage(
                1,
                new Leadership(PartitionImage.NO_LEADER, 5, 2),
                7,
                List.of(4, 2),
                List.of(),
                List.of(),
                Reassignment.NONE)));
  }

  @Test
  void aBrokerComesGoesAndIsForgotten() {
    BrokerImage broker =
        new BrokerImage(
            2,
            new BrokerDescription("h2", 9092, "", "", "", false),
            new IncarnationId(1, 1),
            "",
            TreePMap.empty(),
            new BrokerStanding(true, false, 0, 0),
            1);
    says(
        "broker 2 registered at h2:9092, fenced until it is ready",
        new MetadataRecord.BrokerRegistered(broker));
    says("broker 2 unfenced", new MetadataRecord.BrokerUnfenced(2, 2, 99));
    says("broker 2 began a controlled shutdown", new MetadataRecord.BrokerStopBegun(2, 3));
    says("broker 2 fenced", new MetadataRecord.BrokerFenced(2, 4));
    says("broker 2 decommissioned", new MetadataRecord.BrokerRemoved(2));
  }

  @Test
  void votersComeGoAndAreReplaced() {
    VoterImage one = new VoterImage(1, "d1", "h1", 9093);
    VoterImage two = new VoterImage(2, "d2", "::1", 9093);
    VoterImage emptied = new VoterImage(2, "e2", "::1", 9094);
    VoterImage old = new VoterImage(3, "", "h3", 9093);
    says(
        "voters of the quorum are 1@h1:9093 (directory d1), 2@[::1]:9093 (directory d2)",
        noted(List.of(one, two), List.of(one, two), List.of()));
    says(
        "added voter 3@h3:9093; voters are now 1,2,3",
        noted(List.of(one, two, old), List.of(old), List.of()));
    says(
        "removed voter 2@[::1]:9093 (directory d2); voters are now 1",
        noted(List.of(one), List.of(), List.of(two)));
    says(
        "voter 2@[::1]:9093 (directory d2) replaced by 2@[::1]:9094 (directory e2), removed voter"
            + " 3@h3:9093; voters are now 1,2",
        noted(List.of(one, emptied), List.of(emptied), List.of(two, old)));
  }

  private static MetadataRecord noted(
      List<VoterImage> now, List<VoterImage> added, List<VoterImage> removed) {
    return new MetadataRecord.VotersNoted(new VotersImage(7, now), added, removed);
  }

  @Test
  void ofOneTopicNothingElseIsSaidNotEvenOfTheSameStep() {
    AuditSentences ofLogs = new AuditSentences(history::name, Optional.of(LOGS::equals));
    assertEquals(
        List.of("deleted topic logs (%s)".formatted(LOGS)),
        ofLogs.of(
            step(
                new MetadataRecord.BrokerFenced(2, 4),
                new MetadataRecord.TopicDeleted(OTHER),
                new MetadataRecord.TopicDeleted(LOGS))));
    assertEquals(List.of(), ofLogs.of(step(new MetadataRecord.BrokerRemoved(2))));
    VoterImage voter = new VoterImage(1, "d", "h", 9093);
    assertEquals(List.of(), ofLogs.of(step(noted(List.of(voter), List.of(voter), List.of()))));
  }

  @Test
  void whatACommandDidToManyPartitionsIsOneLineBesideTheRest() {
    List<MetadataRecord> fenced = new ArrayList<>();
    fenced.add(new MetadataRecord.BrokerFenced(3, 4));
    for (int i = 0; i < 12; i++) {
      fenced.add(new MetadataRecord.PartitionChanged(LOGS, partition(i, i % 3 == 0 ? 2 : 1)));
    }
    assertEquals(
        List.of(
            "broker 3 fenced",
            "leaders or in-sync replicas of 12 partitions of topic logs changed: now 8 led by"
                + " broker 1, 4 led by broker 2; --topic T shows each"),
        all(fenced.toArray(MetadataRecord[]::new)));
    fenced.add(new MetadataRecord.PartitionChanged(OTHER, partition(0, PartitionImage.NO_LEADER)));
    assertEquals(
        "leaders or in-sync replicas of 13 partitions of 2 topics changed: now 1 without a leader,"
            + " 8 led by broker 1, 4 led by broker 2; --topic T shows each",
        all(fenced.toArray(MetadataRecord[]::new)).getLast());
  }

  @Test
  void ofOneTopicEachPartitionIsSaidTenThousandToo() {
    List<MetadataRecord> many = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      many.add(new MetadataRecord.PartitionChanged(LOGS, partition(i, 2)));
    }
    AuditSentences ofLogs = new AuditSentences(history::name, Optional.of(LOGS::equals));
    List<String> said = ofLogs.of(step(many.toArray(MetadataRecord[]::new)));
    assertEquals(10_000, said.size());
    assertEquals("leader of logs-9999 is 2, epoch 5, replicas 1,2,3, in sync 2,3", said.getLast());
  }

  @Test
  void moreThanAPageHoldsIsCutAndSaysSo() {
    List<MetadataRecord> many = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      many.add(new MetadataRecord.PartitionChanged(LOGS, partition(i, 2)));
    }
    AuditSentences longName =
        new AuditSentences(id -> Optional.of("x".repeat(249)), Optional.of(LOGS::equals));
    List<String> said = longName.of(step(many.toArray(MetadataRecord[]::new)));
    assertEquals(
        (10_000 - (said.size() - 1)) + " changes more by the same command", said.getLast());
  }

  @Test
  void aNameThatWasUsedTwiceHasTwoLives() {
    TopicId again = new TopicId(9, 9);
    history.learn(step(new MetadataRecord.TopicDeleted(LOGS)));
    history.learn(step(created(again, "logs")));
    assertEquals(List.of(LOGS, again), List.copyOf(history.lives("logs")));
  }
}
