package dev.milena.metadata;

import static dev.milena.metadata.ClusterScript.createTopic;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.MetadataCommand.DecommissionBroker;
import dev.milena.metadata.MetadataCommand.ElectLeaders;
import dev.milena.metadata.MetadataCommand.StopBroker;
import dev.milena.metadata.MetadataReply.StopReply;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

/** How a broker goes in an orderly way, and for good. */
class StopBrokerTest {
  private final ClusterScript cluster =
      ClusterScript.withBrokers(3)
          .withTopic("t", "1,2,3")
          .withTopic("alone", "1")
          .withTopic("pair", "2,1", "1,3");

  @Test
  void leadershipMovesToAnotherInSyncReplicaInTheSameEntry() {
    StopReply reply = stop(1);

    assertEquals(new StopReply(cluster.broker(1).brokerEpoch(), 1), reply);
    assertTrue(cluster.broker(1).stopping());
    assertFalse(cluster.broker(1).fenced());
    PartitionImage moved = cluster.partition("t", 0);
    assertEquals(2, moved.leader());
    assertEquals(1, moved.leaderEpoch());
    assertEquals(1, moved.partitionEpoch());
    assertEquals(List.of(1, 2, 3), moved.isr(), "it follows until it is fenced");
    assertEquals(1, cluster.partition("alone", 0).leader(), "nobody else has it");
    assertEquals(0, cluster.partition("pair", 0).partitionEpoch(), "it did not lead that");
    assertEquals(3, cluster.partition("pair", 1).leader());
  }

  @Test
  void leadershipNeverMovesToABrokerThatStopsOrIsDownOrIsNotInSync() {
    cluster.accept(cluster.fence(3));
    stop(2);

    assertEquals(new StopReply(cluster.broker(1).brokerEpoch() + 1, 4), stop(1));

    assertEquals(1, cluster.partition("t", 0).leader());
    assertEquals(1, cluster.partition("pair", 0).leader(), "it came from 2, which stops too");
    cluster.accept(cluster.unfence(3));
    assertEquals(4, stop(1).leads(), "3 is up again, but not in sync");
  }

  @Test
  void askedAgainItMovesWhatCanMoveByThen() {
    stop(2);
    stop(3);
    assertEquals(4, stop(1).leads());
    ClusterImage stopping = cluster.image();
    assertEquals(4, stop(1).leads());
    assertEquals(stopping, cluster.image(), "nothing could move, so nothing changed");

    cluster.accept(cluster.lost(1, "pair", 1));

    assertEquals(3, stop(1).leads());
  }

  @Test
  void fencingCompletesTheStopAndOnlyANewRunComesBack() {
    stop(1);
    cluster.accept(cluster.fence(1));

    Decision.Refused refused = cluster.refuse(cluster.unfence(1));
    assertEquals(RefusalReason.BROKER_STOPPING, refused.reason());
    assertEquals(
        "broker 1 is stopping; it comes up again when its next run registers", refused.message());

    cluster.accept(ClusterScript.register(1, "", 99));
    assertFalse(cluster.broker(1).stopping());
    cluster.accept(cluster.unfence(1));
    assertEquals(1, cluster.partition("alone", 0).leader());
  }

  @Test
  void aStoppingBrokerGetsNoReplicasAndLeadsNothingNew() {
    stop(1);

    assertEquals(RefusalReason.NOT_ENOUGH_BROKERS, cluster.refuse(createTopic("u", 1, 3)).reason());
    cluster.accept(createTopic("u", 30, 2));
    assertTrue(cluster.topic("u").partitions().stream().noneMatch(p -> p.replicas().contains(1)));
  }

  @Test
  void anAssignmentThatNamesAStoppingBrokerIsLedByAnother() {
    stop(1);

    cluster.withTopic("u", "1,2");

    assertEquals(2, cluster.partition("u", 0).leader());
    assertEquals(List.of(2), cluster.partition("u", 0).isr());
    assertEquals(
        "none of the brokers of partition 0 is up; retry when one is",
        cluster
            .refuse(
                createTopic(
                    "v", 1, new ReplicaPlan.Assigned(List.of(List.of(1))), TreePMap.empty()))
            .message());
  }

  @Test
  void electionsNeverChooseAStoppingBroker() {
    stop(1);
    cluster.accept(new ElectLeaders(cluster.ids("t", 0)));
    assertEquals(2, cluster.partition("t", 0).leader(), "1 is preferred, but stops");

    stop(3);
    cluster.accept(cluster.fence(2));

    assertFalse(cluster.partition("t", 0).hasLeader(), "1 and 3 are in sync, but stop");
    assertEquals(List.of(1, 3), cluster.partition("t", 0).isr());
    cluster.accept(cluster.fence(3)).accept(cluster.fence(1));
    cluster.accept(ClusterScript.register(1, "", 99)).accept(cluster.unfence(1));
    assertEquals(1, cluster.partition("t", 0).leader(), "the last to leave was eligible");
  }

  @Test
  void stoppingComparesTheBrokersEpoch() {
    assertEquals(
        "broker 1 is at epoch 1 now, got 0; look again",
        cluster.refuse(new StopBroker(1, 0)).message());
    assertEquals(RefusalReason.STALE_BROKER_EPOCH, cluster.refuse(new StopBroker(1, 2)).reason());
    assertEquals(RefusalReason.UNKNOWN_BROKER, cluster.refuse(new StopBroker(9, 0)).reason());
  }

  @Test
  void aFencedBrokerMayBeToldToStop() {
    cluster.accept(cluster.fence(1));

    assertEquals(0, stop(1).leads());

    assertTrue(cluster.broker(1).stopping());
  }

  @Test
  void aBrokerThatHoldsNothingAndIsDownCanBeForgotten() {
    cluster.accept(ClusterScript.register(4, "", 1));

    cluster.accept(new DecommissionBroker(4));

    assertEquals(List.of(1, 2, 3), List.copyOf(cluster.image().brokers().keySet()));
    cluster.accept(ClusterScript.register(4, "", 2));
    assertEquals(0, cluster.broker(4).brokerEpoch());
  }

  @Test
  void aBrokerThatIsUpIsNotForgotten() {
    Decision.Refused refused = cluster.refuse(new DecommissionBroker(1));

    assertEquals(RefusalReason.BROKER_NOT_FENCED, refused.reason());
    assertEquals("broker 1 at host1:9092 is up; stop it first", refused.message());
    stop(1);
    assertEquals(
        RefusalReason.BROKER_NOT_FENCED, cluster.refuse(new DecommissionBroker(1)).reason());
  }

  @Test
  void aBrokerThatHoldsReplicasIsNotForgotten() {
    cluster.accept(cluster.fence(3));

    Decision.Refused refused = cluster.refuse(new DecommissionBroker(3));

    assertEquals(RefusalReason.BROKER_HOLDS_REPLICAS, refused.reason());
    assertEquals(
        "broker 3 holds 2 replicas, the first of partition t-0; move them first: kafkactl cluster"
            + " --drain 3",
        refused.message());
    assertEquals(TreePMap.singleton("broker", "3"), refused.about());
  }

  @Test
  void nobodyForgetsABrokerTwice() {
    assertEquals(RefusalReason.UNKNOWN_BROKER, cluster.refuse(new DecommissionBroker(7)).reason());
  }

  private StopReply stop(int broker) {
    return (StopReply) ((QuorumAnswer.Decided) cluster.apply(cluster.stop(broker))).reply();
  }
}
