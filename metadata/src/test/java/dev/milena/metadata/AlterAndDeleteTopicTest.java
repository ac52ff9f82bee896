package dev.milena.metadata;

import static dev.milena.metadata.ClusterScript.alter;
import static dev.milena.metadata.ClusterScript.createTopic;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.metadata.MetadataCommand.AlterTopic;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcollections.TreePMap;

class AlterAndDeleteTopicTest {
  private static final TreePMap<String, String> NONE = TreePMap.empty();

  private final ClusterScript cluster =
      ClusterScript.withBrokers(3).accept(createTopic("pay", 6, 3));

  @Test
  void partitionsAreAddedAfterThoseThatAreThere() {
    PartitionImage before = cluster.topic("pay").partition(5).orElseThrow();

    cluster.accept(alter("pay", 9, NONE));

    assertEquals(9, cluster.topic("pay").partitionCount());
    assertEquals(before, cluster.topic("pay").partition(5).orElseThrow());
    assertEquals(8, cluster.topic("pay").partition(8).orElseThrow().partition());
    assertEquals(3, cluster.topic("pay").partition(8).orElseThrow().replicas().size());
    assertEquals(9, cluster.image().partitionCount());
  }

  @Test
  void partitionsCanOnlyBeRaised() {
    Decision.Refused refused = cluster.refuse(alter("pay", 3, NONE));

    assertEquals(RefusalReason.INVALID_PARTITIONS, refused.reason());
    assertEquals(
        "topic \"pay\" has 6 partitions; partitions can only be raised, got 3", refused.message());
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, 0, 6, 10_001})
  void refusesTotalsThatAreNoRaise(int total) {
    assertEquals(
        RefusalReason.INVALID_PARTITIONS, cluster.refuse(alter("pay", total, NONE)).reason());
  }

  @Test
  void configsAreSetAndDeleted() {
    cluster.accept(
        alter(
            "pay",
            AlterTopic.UNCHANGED,
            TreePMap.singleton("retention.ms", " 5 ").plus("segment.bytes", "2000000")));
    cluster.accept(
        alter(
            "pay", AlterTopic.UNCHANGED, TreePMap.singleton("retention.ms", "6"), "segment.bytes"));

    assertEquals(TreePMap.singleton("retention.ms", "6"), cluster.topic("pay").configs());
  }

  @Test
  void whatIsAlreadySoGivesNoRecord() {
    TreePMap<String, String> wanted = TreePMap.singleton("retention.ms", "5");
    cluster.accept(alter("pay", AlterTopic.UNCHANGED, wanted));

    MetadataState.Step again =
        cluster.step(
            ClusterScript.submitted(
                RequestId.NONE, alter("pay", AlterTopic.UNCHANGED, wanted, "segment.ms")));

    assertEquals(List.of(), again.records());
  }

  @Test
  void allHappensOrNothing() {
    cluster.refuse(alter("pay", 3, TreePMap.singleton("retention.ms", "5")));
    cluster.refuse(alter("pay", 9, TreePMap.singleton("retention.ms", "soon")));

    assertEquals(NONE, cluster.topic("pay").configs());
    assertEquals(6, cluster.topic("pay").partitionCount());
  }

  @Test
  void refusesToSetAndDeleteOneKey() {
    assertEquals(
        RefusalReason.INVALID_CONFIG,
        cluster
            .refuse(
                alter(
                    "pay",
                    AlterTopic.UNCHANGED,
                    TreePMap.singleton("retention.ms", "5"),
                    "retention.ms"))
            .reason());
  }

  @Test
  void refusesToDeleteAKeyThatDoesNotExist() {
    Decision.Refused refused =
        cluster.refuse(alter("pay", AlterTopic.UNCHANGED, NONE, "retention"));

    assertEquals(RefusalReason.UNKNOWN_CONFIG, refused.reason());
  }

  @Test
  void refusesAnUnknownTopic() {
    assertEquals(
        RefusalReason.UNKNOWN_TOPIC,
        cluster.refuse(alter("none", AlterTopic.UNCHANGED, NONE)).reason());
    assertEquals(
        RefusalReason.UNKNOWN_TOPIC,
        cluster.refuse(new MetadataCommand.DeleteTopic("none", TopicId.NONE)).reason());
  }

  @Test
  void whoDeletesAnUnknownTopicIsNotToldToCreateIt() {
    assertEquals(
        "there is no topic \"none\"; kafkactl topics --list shows which there are",
        cluster.refuse(new MetadataCommand.DeleteTopic("none", TopicId.NONE)).message());
  }

  @Test
  void addedPartitionsNeedAsManyBrokersAsTheOthers() {
    cluster.accept(cluster.fence(2));

    assertEquals(RefusalReason.NOT_ENOUGH_BROKERS, cluster.refuse(alter("pay", 9, NONE)).reason());
  }

  @Test
  void loweringMinInsyncClearsEligibleReplicasWhereTheIsrSuffices() {
    cluster.accept(cluster.fence(2)).accept(cluster.fence(3));
    PartitionImage shrunk = cluster.topic("pay").partition(0).orElseThrow();
    assertEquals(List.of(1), shrunk.isr());
    assertEquals(1, shrunk.elr().size());

    cluster.accept(
        alter("pay", AlterTopic.UNCHANGED, TreePMap.singleton("min.insync.replicas", "1")));

    PartitionImage cleared = cluster.topic("pay").partition(0).orElseThrow();
    assertEquals(List.of(), cleared.elr());
    assertEquals(shrunk.partitionEpoch() + 1, cleared.partitionEpoch());
  }

  @Test
  void loweringMinInsyncKeepsEligibleReplicasWhileTheIsrDoesNotSuffice() {
    cluster.accept(
        alter("pay", AlterTopic.UNCHANGED, TreePMap.singleton("min.insync.replicas", "3")));
    cluster.accept(cluster.fence(2)).accept(cluster.fence(3));
    List<Integer> eligible = cluster.topic("pay").partition(0).orElseThrow().elr();
    assertEquals(2, eligible.size());

    cluster.accept(
        alter("pay", AlterTopic.UNCHANGED, TreePMap.singleton("min.insync.replicas", "2")));

    assertEquals(eligible, cluster.topic("pay").partition(0).orElseThrow().elr());
  }

  @Test
  void aDeletedTopicIsGoneAndItsNameIsFreeForAnother() {
    TopicId first = cluster.topic("pay").id();

    cluster.accept(new MetadataCommand.DeleteTopic("pay", first));

    assertEquals(0, cluster.image().partitionCount());
    cluster.accept(createTopic("pay", 1, 1));
    assertEquals(
        RefusalReason.UNKNOWN_TOPIC,
        cluster.refuse(new MetadataCommand.DeleteTopic("pay", first)).reason());
  }
}
