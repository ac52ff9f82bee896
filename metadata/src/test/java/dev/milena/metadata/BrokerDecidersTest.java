package dev.milena.metadata;

import static dev.milena.metadata.ClusterScript.createTopic;
import static dev.milena.metadata.ClusterScript.register;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

class BrokerDecidersTest {
  private static final IncarnationId SECOND_RUN = new IncarnationId(6, 1);

  @Test
  void aRegisteredBrokerIsFencedUntilItIsUnfenced() {
    ClusterScript cluster = new ClusterScript();

    cluster.accept(register(1, "r", 1));

    BrokerImage broker = cluster.image().broker(1).orElseThrow();
    assertTrue(broker.fenced());
    assertEquals(0, broker.brokerEpoch());
    cluster.accept(cluster.unfence(1));
    assertFalse(cluster.image().broker(1).orElseThrow().fenced());
  }

  @Test
  void aRowHoldsWhatTheRunSaidAndWhenItCame() {
    ClusterScript cluster = new ClusterScript();
    DirectoryId disk = new DirectoryId(1, 1);
    List<PresentedDirectory> directories =
        List.of(new PresentedDirectory(disk, List.of(new IncarnationId(5, 8)), false, List.of()));
    cluster.accept(ClusterScript.registerInFull(1, 8, directories, List.of()));
    long registeredMs = cluster.state().timeMs();

    BrokerImage registered = cluster.image().broker(1).orElseThrow();
    assertEquals(
        new BrokerDescription("host1", 9092, "r", "host1:9093", "0.1.0", false),
        registered.description());
    assertEquals("h".repeat(43), registered.tokenHash());
    assertEquals(TreePMap.singleton(disk, new IncarnationId(5, 8)), registered.directories());
    assertEquals(new BrokerStanding(true, false, registeredMs, 0), registered.standing());

    cluster.accept(cluster.unfence(1));
    long upMs = cluster.state().timeMs();
    assertEquals(
        new BrokerStanding(false, false, registeredMs, upMs),
        cluster.image().broker(1).orElseThrow().standing());

    cluster.accept(cluster.fence(1));
    cluster.accept(ClusterScript.registerInFull(1, 9, directories, List.of()));
    assertEquals(
        new BrokerStanding(true, false, cluster.state().timeMs(), upMs),
        cluster.image().broker(1).orElseThrow().standing());
  }

  @Test
  void theSameRunRegistersOnce() {
    ClusterScript cluster = ClusterScript.withBrokers(1);

    MetadataState.Step again =
        cluster.step(ClusterScript.submitted(RequestId.NONE, register(1, "", 1)));

    assertEquals(List.of(), again.records());
    assertFalse(cluster.image().broker(1).orElseThrow().fenced());
  }

  @Test
  void anotherRunIsRefusedWhileTheFirstMayBeAlive() {
    ClusterScript cluster = ClusterScript.withBrokers(1);

    Decision.Refused refused = cluster.refuse(register(1, "", 99));

    assertEquals(RefusalReason.BROKER_ID_IN_USE, refused.reason());
    cluster.accept(cluster.fence(1)).accept(register(1, "", 99));
  }

  @Test
  void aRunThatReplacesItsEarlierOneRaisesTheLeaderEpochOfWhatThatLed() {
    ClusterScript cluster = ClusterScript.withBrokers(1).accept(createTopic("t", 2, 1));

    cluster.accept(
        new MetadataCommand.RegisterBroker(
            1, "elsewhere", 9093, "", SECOND_RUN, new IncarnationId(5, 1)));
    PartitionImage leaderless = cluster.topic("t").partition(0).orElseThrow();
    assertEquals(PartitionImage.NO_LEADER, leaderless.leader());
    assertEquals(1, leaderless.leaderEpoch());
    assertEquals(List.of(), leaderless.isr());
    assertEquals(List.of(1), leaderless.elr());
    cluster.accept(cluster.unfence(1));

    PartitionImage led = cluster.topic("t").partition(0).orElseThrow();
    assertEquals(1, led.leader());
    assertEquals(2, led.leaderEpoch());
    assertEquals(List.of(1), led.isr());
    assertEquals(List.of(), led.elr());
    assertEquals("elsewhere", cluster.image().broker(1).orElseThrow().host());
  }

  @Test
  void refusesRegistrationsThatAreNone() {
    ClusterScript cluster = new ClusterScript();
    IncarnationId none = IncarnationId.NONE;
    List<MetadataCommand.RegisterBroker> wrong =
        List.of(
            new MetadataCommand.RegisterBroker(-1, "h", 1, "", SECOND_RUN, none),
            new MetadataCommand.RegisterBroker(1, "", 1, "", SECOND_RUN, none),
            new MetadataCommand.RegisterBroker(1, "h".repeat(256), 1, "", SECOND_RUN, none),
            new MetadataCommand.RegisterBroker(1, "h", 0, "", SECOND_RUN, none),
            new MetadataCommand.RegisterBroker(1, "h", 65_536, "", SECOND_RUN, none),
            new MetadataCommand.RegisterBroker(1, "h", 1, "r".repeat(256), SECOND_RUN, none),
            new MetadataCommand.RegisterBroker(1, "h", 1, "", none, none));
    for (MetadataCommand.RegisterBroker register : wrong) {
      assertEquals(RefusalReason.INVALID_BROKER, cluster.refuse(register).reason());
    }
  }

  @Test
  void aFencedLeaderGivesWayToTheNextInSyncReplica() {
    ClusterScript cluster =
        ClusterScript.withBrokers(3)
            .accept(
                createTopic(
                    "t", 1, new ReplicaPlan.Assigned(List.of(List.of(1, 2, 3))), TreePMap.empty()));

    cluster.accept(cluster.fence(1));

    PartitionImage moved = cluster.topic("t").partition(0).orElseThrow();
    assertEquals(2, moved.leader());
    assertEquals(1, moved.leaderEpoch());
    assertEquals(List.of(2, 3), moved.isr());
    assertEquals(List.of(), moved.elr(), "the ISR is still at the minimum");
  }

  @Test
  void aFollowerThatGoesLeavesTheIsrAndTheLeaderStays() {
    ClusterScript cluster =
        ClusterScript.withBrokers(3)
            .accept(
                createTopic(
                    "t", 1, new ReplicaPlan.Assigned(List.of(List.of(1, 2, 3))), TreePMap.empty()));

    cluster.accept(cluster.fence(3)).accept(cluster.fence(2));

    PartitionImage alone = cluster.topic("t").partition(0).orElseThrow();
    assertEquals(1, alone.leader());
    assertEquals(0, alone.leaderEpoch());
    assertEquals(2, alone.partitionEpoch());
    assertEquals(List.of(1), alone.isr());
    assertEquals(List.of(2), alone.elr(), "2 left below the minimum, 3 did not");
  }

  @Test
  void whoLeftAboveTheMinimumIsNeverElected() {
    ClusterScript cluster =
        ClusterScript.withBrokers(3)
            .accept(
                createTopic(
                    "t", 1, new ReplicaPlan.Assigned(List.of(List.of(1, 2, 3))), TreePMap.empty()));
    cluster.accept(cluster.fence(3)).accept(cluster.fence(2)).accept(cluster.fence(1));

    cluster.accept(cluster.unfence(3));
    assertEquals(PartitionImage.NO_LEADER, cluster.topic("t").partition(0).orElseThrow().leader());
    cluster.accept(cluster.unfence(2));

    PartitionImage led = cluster.topic("t").partition(0).orElseThrow();
    assertEquals(2, led.leader());
    assertEquals(List.of(2), led.isr());
    assertEquals(List.of(1), led.elr());
  }

  @Test
  void anEligibleLeaderThatSufficesAloneLeavesNobodyElseEligible() {
    ClusterScript cluster =
        ClusterScript.withBrokers(3)
            .accept(
                createTopic(
                    "t", 1, new ReplicaPlan.Assigned(List.of(List.of(1, 2, 3))), TreePMap.empty()));
    cluster.accept(cluster.fence(3)).accept(cluster.fence(2)).accept(cluster.fence(1));
    cluster.accept(ClusterScript.alter("t", -1, TreePMap.singleton("min.insync.replicas", "1")));
    assertEquals(List.of(1, 2), cluster.topic("t").partition(0).orElseThrow().elr());

    cluster.accept(cluster.unfence(2));
    assertEquals(
        List.of(),
        cluster.topic("t").partition(0).orElseThrow().elr(),
        "1 will not hold what 2 commits alone");
    cluster.accept(cluster.fence(2)).accept(cluster.unfence(1));

    assertEquals(PartitionImage.NO_LEADER, cluster.topic("t").partition(0).orElseThrow().leader());
  }

  @Test
  void fencingComparesTheBrokersEpoch() {
    ClusterScript cluster = ClusterScript.withBrokers(1);

    assertEquals(
        RefusalReason.STALE_BROKER_EPOCH,
        cluster.refuse(new MetadataCommand.FenceBroker(1, 0)).reason());
    assertEquals(
        RefusalReason.STALE_BROKER_EPOCH,
        cluster.refuse(new MetadataCommand.UnfenceBroker(1, 7)).reason());
    assertEquals(
        RefusalReason.UNKNOWN_BROKER,
        cluster.refuse(new MetadataCommand.FenceBroker(2, 0)).reason());
    assertEquals(
        RefusalReason.UNKNOWN_BROKER,
        cluster.refuse(new MetadataCommand.UnfenceBroker(2, 0)).reason());
  }

  @Test
  void fencingTwiceUnderTheSameEpochChangesNothing() {
    ClusterScript cluster = ClusterScript.withBrokers(1);
    cluster.accept(cluster.unfence(1));
    cluster.accept(cluster.fence(1));
    ClusterImage fenced = cluster.image();

    cluster.accept(cluster.fence(1));

    assertEquals(fenced, cluster.image());
  }

  @Test
  void electionsGivePartitionsBackToTheirPreferredLeader() {
    ClusterScript cluster =
        ClusterScript.withBrokers(2)
            .accept(
                createTopic(
                    "t", 1, new ReplicaPlan.Assigned(List.of(List.of(1, 2))), TreePMap.empty()));
    PartitionId id = new PartitionId(cluster.topic("t").id(), 0);
    cluster.accept(cluster.fence(1)).accept(cluster.unfence(1));

    assertEquals(
        new MetadataReply.ElectionReply(0, List.of()),
        ((QuorumAnswer.Decided) cluster.apply(new MetadataCommand.ElectLeaders(List.of(id))))
            .reply(),
        "1 is not in sync again yet");
    assertEquals(2, cluster.topic("t").partition(0).orElseThrow().leader());
  }

  @Test
  void aPreferredLeaderThatIsInSyncTakesOver() {
    ClusterScript cluster = ClusterScript.withBrokers(2);
    cluster.accept(cluster.fence(1));
    cluster.accept(
        createTopic("t", 1, new ReplicaPlan.Assigned(List.of(List.of(1, 2))), TreePMap.empty()));
    PartitionImage before = cluster.topic("t").partition(0).orElseThrow();
    PartitionImage bothInSync =
        new PartitionImage(
            0,
            new Leadership(2, 4),
            9,
            before.replicas(),
            List.of(1, 2),
            List.of(),
            Reassignment.NONE);

    PartitionImage after =
        PartitionRules.preferred(bothInSync, new Eligibility(1, broker -> true)).orElseThrow();

    assertEquals(1, after.leader());
    assertEquals(5, after.leaderEpoch());
    assertEquals(10, after.partitionEpoch());
    assertTrue(
        PartitionRules.preferred(bothInSync, new Eligibility(1, broker -> broker == 2)).isEmpty());
    assertTrue(PartitionRules.preferred(after, new Eligibility(1, broker -> true)).isEmpty());
  }

  @Test
  void refusesToElectForAPartitionThatDoesNotExist() {
    ClusterScript cluster = ClusterScript.withBrokers(1).accept(createTopic("t", 1, 1));
    PartitionId none = new PartitionId(cluster.topic("t").id(), 1);

    assertEquals(
        RefusalReason.UNKNOWN_PARTITION,
        cluster.refuse(new MetadataCommand.ElectLeaders(List.of(none))).reason());
  }

  @Test
  void anUnreadableCommandIsRefused() {
    ClusterScript cluster = new ClusterScript();

    assertEquals(
        RefusalReason.UNSUPPORTED_COMMAND,
        cluster.refuse(new MetadataCommand.Unreadable()).reason());
  }
}
