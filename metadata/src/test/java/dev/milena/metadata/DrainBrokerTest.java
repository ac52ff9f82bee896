package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.MetadataCommand.DrainBroker;
import dev.milena.metadata.MetadataReply.DrainReply;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

/** Draining a broker, case by case. */
class DrainBrokerTest {
  private static DrainReply drain(ClusterScript cluster, int broker) {
    return reply(cluster, new DrainBroker(broker, false));
  }

  private static DrainReply reply(ClusterScript cluster, DrainBroker command) {
    QuorumAnswer answer = cluster.apply(command);
    assertTrue(answer instanceof QuorumAnswer.Decided, answer.toString());
    return (DrainReply) ((QuorumAnswer.Decided) answer).reply();
  }

  @Test
  void itsReplicasMoveInItsPlaceAndItsLeadershipsGoFirst() {
    ClusterScript cluster = ClusterScript.withBrokers(3).withTopic("t", "1,2", "2,1", "2,3");

    assertEquals(new DrainReply(2, 0), drain(cluster, 1));

    PartitionImage led = cluster.partition("t", 0);
    assertEquals(new Reassignment(List.of(1, 2), List.of(3, 2)), led.reassignment());
    assertEquals(List.of(3, 2, 1), led.replicas());
    assertEquals(2, led.leader(), "it leads no more, before anything is copied");
    assertEquals(1, led.leaderEpoch());
    assertEquals(1, led.partitionEpoch());
    assertEquals(List.of(2, 3), cluster.partition("t", 1).reassignment().target());
    assertEquals(2, cluster.partition("t", 1).leader());
    assertEquals(0, cluster.partition("t", 1).leaderEpoch());
    assertEquals(0, cluster.partition("t", 2).partitionEpoch(), "it has no part in it");
    assertTrue(cluster.broker(1).standing().draining());
    assertEquals(2, cluster.broker(1).brokerEpoch());

    cluster.join("t", 3).accept(cluster.joining(cluster.ids("t", 1).getFirst(), 3));
    assertEquals(List.of(3, 2), cluster.partition("t", 0).replicas());
    cluster.accept(cluster.fence(1)).accept(new MetadataCommand.DecommissionBroker(1));
    assertTrue(cluster.image().broker(1).isEmpty());
  }

  @Test
  void whoLeadsAloneLeadsUntilTheRecordsAreElsewhere() {
    ClusterScript cluster = ClusterScript.withBrokers(2).withTopic("one", "1");

    assertEquals(new DrainReply(1, 0), drain(cluster, 1));

    assertEquals(1, cluster.partition("one", 0).leader());
    cluster.join("one", 2);
    assertEquals(List.of(2), cluster.partition("one", 0).replicas());
    assertEquals(2, cluster.partition("one", 0).leader());
  }

  @Test
  void askedAgainItMovesOnlyWhatHasComeSince() {
    ClusterScript cluster = ClusterScript.withBrokers(3).withTopic("t", "1,2");
    drain(cluster, 1);
    ClusterImage before = cluster.image();

    assertEquals(new DrainReply(0, 0), drain(cluster, 1));
    assertEquals(before, cluster.image());

    cluster.withTopic("late", "1,2");
    assertEquals(new DrainReply(1, 0), drain(cluster, 1));
  }

  @Test
  void nothingNewIsPlacedThereAlsoAfterARestartUntilItIsCalledBack() {
    ClusterScript cluster = ClusterScript.withBrokers(3);
    drain(cluster, 1);
    cluster.accept(cluster.fence(1)).accept(ClusterScript.register(1, "", 77));
    cluster.accept(cluster.unfence(1));
    assertTrue(cluster.broker(1).standing().draining());

    cluster.accept(ClusterScript.createTopic("t", 6, 2));

    for (PartitionImage row : cluster.topic("t").partitions()) {
      assertFalse(row.replicas().contains(1), row.toString());
    }
    assertEquals(
        "replication factor 3 needs 3 brokers, 2 of 3 registered are up and not drained; retry when"
            + " more are, or ask for fewer replicas",
        cluster.refuse(ClusterScript.createTopic("u", 1, 3)).message());
    assertEquals(new DrainReply(0, 0), reply(cluster, new DrainBroker(1, true)));
    cluster.accept(ClusterScript.createTopic("u", 1, 3));
  }

  @Test
  void calledBackEverythingStaysWhereItWas() {
    ClusterScript cluster = ClusterScript.withBrokers(3).withTopic("t", "1,2", "2,1");
    drain(cluster, 1);
    cluster.join("t", 3);

    assertEquals(new DrainReply(1, 0), reply(cluster, new DrainBroker(1, true)));

    assertEquals(List.of(3, 2), cluster.partition("t", 0).replicas(), "it was over");
    assertEquals(List.of(2, 1), cluster.partition("t", 1).replicas());
    assertFalse(cluster.partition("t", 1).reassignment().isUnderWay());
    assertFalse(cluster.broker(1).standing().draining());
  }

  /** A move has one origin: to go back there would bring replicas back to the other broker. */
  @Test
  void anotherDrainGoesOnWhenOneIsCalledBack() {
    ClusterScript cluster = ClusterScript.withBrokers(4).withTopic("t", "1,2");
    drain(cluster, 1);
    drain(cluster, 2);
    PartitionImage both = cluster.partition("t", 0);
    assertEquals(List.of(1, 2), both.reassignment().origin());
    int forTwo = both.reassignment().target().get(1);

    assertEquals(new DrainReply(1, 0), reply(cluster, new DrainBroker(1, true)));

    PartitionImage back = cluster.partition("t", 0);
    assertEquals(
        new Reassignment(List.of(1, 2), List.of(1, forTwo)), back.reassignment(), "2 leaves still");
    assertEquals(List.of(1, forTwo, 2), back.replicas());
    assertTrue(cluster.broker(2).standing().draining());
    cluster.join("t", forTwo);
    assertEquals(List.of(1, forTwo), cluster.partition("t", 0).replicas());
  }

  @Test
  void whereTheMoveIsToFewerReplicasABrokerIsCalledBackAndTheOtherLeavesAllTheSame() {
    ClusterScript cluster = ClusterScript.withBrokers(5).withTopic("t", "1,2,3");
    cluster.accept(cluster.move("t", "4"));
    for (int broker = 1; broker <= 3; broker++) {
      assertEquals(new DrainReply(0, 0), drain(cluster, broker), "it leaves already");
    }

    assertEquals(new DrainReply(1, 0), reply(cluster, new DrainBroker(1, true)));

    assertEquals(
        new Reassignment(List.of(1, 2, 3), List.of(1, 4)),
        cluster.partition("t", 0).reassignment());
  }

  @Test
  void whatOnlyTheNewBrokerHasGoesOnWhenItIsCalledBack() {
    ClusterScript cluster = ClusterScript.withBrokers(4).withTopic("t", "1,2");
    cluster.accept(cluster.move("t", "3,4")).join("t", 3);
    cluster.accept(cluster.fence(2)).accept(cluster.fence(1));

    assertEquals(new DrainReply(0, 1), reply(cluster, new DrainBroker(1, true)));
    assertEquals(
        "partition t-0 cannot leave brokers 3,4 now: no other of its replicas is in sync and up;"
            + " bring one back first",
        cluster
            .accept(cluster.unfence(1))
            .accept(cluster.fence(4))
            .refuse(new DrainBroker(3, false))
            .message());
  }

  @Test
  void withNowhereToGoItIsRefusedWithWhatIsMissing() {
    ClusterScript cluster = ClusterScript.withBrokers(3).withTopic("three", "1,2,3");
    cluster.withTopic("one", "1");

    Decision.Refused refused = cluster.refuse(new DrainBroker(1, false));

    assertEquals(RefusalReason.NOT_ENOUGH_BROKERS, refused.reason());
    assertEquals(
        "broker 1 cannot be drained: the replicas of topic three need 3 brokers beside it that are"
            + " up and not drained, and there are 2; start more first, or move those to fewer brokers",
        refused.message());
    assertEquals(TreePMap.singleton("broker", "1"), refused.about());
    for (int i = 0; i < 7; i++) {
      cluster.withTopic("t" + i, "3,2,1");
    }
    assertTrue(
        cluster.refuse(new DrainBroker(1, false)).message().contains(" and 3 more need 3 brokers"));
    assertEquals(RefusalReason.UNKNOWN_BROKER, cluster.refuse(new DrainBroker(9, false)).reason());
  }

  @Test
  void aBrokerThatIsDownAndOneThatIsDrainedTakeNothing() {
    ClusterScript cluster = ClusterScript.withBrokers(5).withTopic("t", "1,2");
    cluster.accept(cluster.fence(3));
    drain(cluster, 4);

    drain(cluster, 1);

    assertEquals(List.of(5, 2), cluster.partition("t", 0).reassignment().target());
  }

  @Test
  void aMoveToItGoesElsewhereAndOneFromItGoesOn() {
    ClusterScript cluster = ClusterScript.withBrokers(5).withTopic("to", "1,2");
    cluster.withTopic("from", "3,2").accept(cluster.move("to", "3,2"));
    cluster.accept(cluster.move("from", "1,2"));

    assertEquals(new DrainReply(1, 0), drain(cluster, 3));

    assertEquals(List.of(1, 2), cluster.partition("to", 0).reassignment().origin());
    assertFalse(cluster.partition("to", 0).reassignment().target().contains(3));
    assertEquals(List.of(1, 2), cluster.partition("from", 0).reassignment().target());
  }
}
