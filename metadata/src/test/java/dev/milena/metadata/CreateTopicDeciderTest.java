package dev.milena.metadata;

import static dev.milena.metadata.ClusterScript.createTopic;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcollections.TreePMap;

class CreateTopicDeciderTest {
  private final ClusterScript cluster = ClusterScript.withBrokers(3);

  @Test
  void aNewTopicHasItsPartitionsLedAndInSync() {
    cluster.accept(createTopic("logs", 4, 2));

    TopicImage topic = cluster.topic("logs");
    assertEquals(4, topic.partitionCount());
    assertEquals(2, topic.replicationFactor());
    for (int p = 0; p < 4; p++) {
      PartitionImage partition = topic.partition(p).orElseThrow();
      assertEquals(p, partition.partition());
      assertEquals(partition.replicas().getFirst(), partition.leader());
      assertEquals(partition.replicas(), partition.isr());
      assertEquals(0, partition.leaderEpoch());
    }
    assertEquals(4, cluster.image().partitionCount());
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,1", "3,2"})
  void minInsyncReplicasFollowsTheRuleAndStaysWithTheTopic(int factor, int expected) {
    cluster.accept(createTopic("logs", 1, factor));

    assertEquals(expected, cluster.topic("logs").minInsyncReplicas());
    assertEquals(TreePMap.empty(), cluster.topic("logs").configs());
  }

  @Test
  void aConfiguredMinInsyncReplicasWinsOverTheRuleAndASetOneOverBoth() {
    cluster.accept(
        new MetadataCommand.CreateTopic("node", 1, new ReplicaPlan.Factor(3), TreePMap.empty(), 3));
    cluster.accept(
        new MetadataCommand.CreateTopic(
            "set",
            1,
            new ReplicaPlan.Factor(3),
            TreePMap.singleton("min.insync.replicas", "1"),
            3));

    assertEquals(3, cluster.topic("node").minInsyncReplicas());
    assertEquals(1, cluster.topic("set").minInsyncReplicas());
  }

  @Test
  void theRulesFactorCountsVotersAndBrokersButAtMostThree() {
    ClusterScript one = ClusterScript.withBrokers(1);
    one.accept(createTopic("a", 1, new ReplicaPlan.ByRule(1), TreePMap.empty()));
    ClusterScript five = ClusterScript.withBrokers(5);
    five.accept(createTopic("b", 1, new ReplicaPlan.ByRule(1), TreePMap.empty()));

    assertEquals(1, one.topic("a").replicationFactor());
    assertEquals(3, five.topic("b").replicationFactor());
    Decision.Refused tooFew =
        one.refuse(createTopic("c", 1, new ReplicaPlan.ByRule(3), TreePMap.empty()));
    assertEquals(RefusalReason.NOT_ENOUGH_BROKERS, tooFew.reason());
  }

  @Test
  void fencedBrokersCountForTheRuleAndGetNoReplicas() {
    cluster.accept(cluster.fence(3));

    assertEquals(
        RefusalReason.NOT_ENOUGH_BROKERS,
        cluster.refuse(createTopic("a", 1, new ReplicaPlan.ByRule(1), TreePMap.empty())).reason());
    cluster.accept(createTopic("b", 20, 2));
    assertTrue(cluster.topic("b").partitions().stream().noneMatch(p -> p.replicas().contains(3)));
  }

  @Test
  void refusesATopicThatExists() {
    cluster.accept(createTopic("logs", 1, 1));

    Decision.Refused refused = cluster.refuse(createTopic("logs", 1, 1));

    assertEquals(RefusalReason.TOPIC_EXISTS, refused.reason());
    assertEquals("topic \"logs\" exists already", refused.message());
    assertEquals(TreePMap.singleton("topic", "logs"), refused.about());
  }

  @Test
  void refusesANameThatCollidesInDotsAndUnderscores() {
    cluster.accept(createTopic("a.b_c", 1, 1));

    assertEquals(RefusalReason.INVALID_TOPIC, cluster.refuse(createTopic("a_b.c", 1, 1)).reason());
    cluster.accept(new MetadataCommand.DeleteTopic("a.b_c", TopicId.NONE));
    cluster.accept(createTopic("a_b.c", 1, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../x", "a b", "ä", "a/b", "a\u0000", "\u202Ea", "a\n"})
  void refusesIllegalNames(String name) {
    assertEquals(RefusalReason.INVALID_TOPIC, cluster.refuse(createTopic(name, 1, 1)).reason());
  }

  @Test
  void aNameHasAtMost249Characters() {
    cluster.accept(createTopic("x".repeat(249), 1, 1));

    Decision.Refused refused = cluster.refuse(createTopic("y".repeat(250), 1, 1));

    assertEquals(RefusalReason.INVALID_TOPIC, refused.reason());
    assertEquals("a topic name has at most 249 characters, got 250", refused.message());
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 10_001, Integer.MAX_VALUE})
  void refusesPartitionCountsOutOfBounds(int count) {
    Decision.Refused refused = cluster.refuse(createTopic("a", count, 1));

    assertEquals(RefusalReason.INVALID_PARTITIONS, refused.reason());
    assertEquals("a topic has 1 to 10,000 partitions, got " + count, refused.message());
  }

  @Test
  void refusesMorePartitionsThanTheClusterHolds() {
    for (int i = 0; i < 20; i++) {
      cluster.accept(createTopic("t" + i, 10_000, 1));
    }

    Decision.Refused refused = cluster.refuse(createTopic("more", 1, 1));

    assertEquals(RefusalReason.INVALID_PARTITIONS, refused.reason());
    assertTrue(refused.message().contains("200000"), refused.message());
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, 0, 33})
  void refusesReplicationFactorsOutOfBounds(int factor) {
    assertEquals(
        RefusalReason.INVALID_REPLICATION_FACTOR,
        cluster.refuse(createTopic("a", 1, factor)).reason());
  }

  @Test
  void refusesMoreReplicasThanBrokersAreUpAndSaysHowMany() {
    Decision.Refused refused = cluster.refuse(createTopic("a", 1, 4));

    assertEquals(RefusalReason.NOT_ENOUGH_BROKERS, refused.reason());
    assertTrue(refused.message().contains("needs 4 brokers, 3 of 3"), refused.message());
  }

  @Test
  void refusesConfigsAsTheirTableSays() {
    Decision.Refused unknown =
        cluster.refuse(
            createTopic(
                "a", 1, new ReplicaPlan.Factor(1), TreePMap.singleton("retention.msec", "1")));
    Decision.Refused illegal =
        cluster.refuse(
            createTopic(
                "a", 1, new ReplicaPlan.Factor(1), TreePMap.singleton("segment.bytes", "1")));

    assertEquals(RefusalReason.UNKNOWN_CONFIG, unknown.reason());
    assertEquals(
        TreePMap.singleton("topic", "a").plus("config", "retention.msec"), unknown.about());
    assertEquals(RefusalReason.INVALID_CONFIG, illegal.reason());
  }

  @Test
  void assignedReplicasAreTakenAsGiven() {
    cluster.accept(cluster.fence(2));
    cluster.accept(
        createTopic(
            "a",
            2,
            new ReplicaPlan.Assigned(List.of(List.of(2, 3), List.of(1, 2))),
            TreePMap.empty()));

    PartitionImage first = cluster.topic("a").partition(0).orElseThrow();
    assertEquals(List.of(2, 3), first.replicas());
    assertEquals(3, first.leader());
    assertEquals(List.of(3), first.isr());
  }

  @Test
  void refusesAssignmentsThatCannotBe() {
    List<List<List<Integer>>> wrong =
        List.of(
            List.of(),
            List.of(List.of(1)),
            List.of(List.of(1), List.of(1, 2)),
            List.of(List.of(1, 1), List.of(1, 2)),
            List.of(List.of(), List.of()),
            List.of(List.of(1), List.of(9)));
    for (List<List<Integer>> replicas : wrong) {
      assertEquals(
          RefusalReason.INVALID_ASSIGNMENT,
          cluster
              .refuse(createTopic("a", 2, new ReplicaPlan.Assigned(replicas), TreePMap.empty()))
              .reason());
    }
    cluster.accept(cluster.fence(1));
    assertEquals(
        RefusalReason.NOT_ENOUGH_BROKERS,
        cluster
            .refuse(
                createTopic(
                    "a", 1, new ReplicaPlan.Assigned(List.of(List.of(1))), TreePMap.empty()))
            .reason());
  }

  @Test
  void anIdThatIsTakenIsNotGivenTwice() {
    CommandStamp stamp = new CommandStamp(1, new TopicId(9, 9), 1);
    MetadataState first =
        cluster
            .state()
            .step(
                new EntryPlace(3, 100),
                ClusterScript.submitted(RequestId.NONE, createTopic("a", 1, 1)),
                stamp)
            .state();
    MetadataState second =
        first
            .step(
                new EntryPlace(3, 101),
                ClusterScript.submitted(RequestId.NONE, createTopic("b", 1, 1)),
                stamp)
            .state();

    assertEquals(new TopicId(9, 9), second.image().topic("a").orElseThrow().id());
    assertEquals(new TopicId(9, 10), second.image().topic("b").orElseThrow().id());
  }
}
