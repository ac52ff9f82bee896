package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.metadata.MetadataCommand.ReportLostReplicas;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

/** Replication rule 7: membership is tied to a disk and an incarnation. */
class LostReplicasTest {
  private static final DirectoryId FIRST_DISK = new DirectoryId(1, 1);
  private static final DirectoryId SECOND_DISK = new DirectoryId(1, 2);
  private static final DirectoryId OTHER_DISK = new DirectoryId(1, 3);

  /** Broker 1 has two disks, 2 and 3 have none; topic t is on all, alone on 1, pair on 2 and 3. */
  private final ClusterScript cluster = new ClusterScript();

  LostReplicasTest() {
    cluster.accept(
        register(1, 1, List.of(presented(FIRST_DISK, 1), presented(SECOND_DISK, 1)), List.of()));
    cluster.accept(register(2, 1, List.of(), List.of()));
    cluster.accept(register(3, 1, List.of(), List.of()));
    for (int id = 1; id <= 3; id++) {
      cluster.accept(cluster.unfence(id));
    }
    cluster.withTopic("t", "1,2,3", "2,1,3").withTopic("alone", "1").withTopic("pair", "2,3");
  }

  @Test
  void aFirstRegistrationMatchesNothingAndLosesNothing() {
    cluster.accept(register(4, 1, List.of(presented(OTHER_DISK, 1)), List.of()));

    assertEquals(TreePMap.singleton(OTHER_DISK, run(1)), cluster.broker(4).directories());
    assertEquals(List.of(1, 2, 3), cluster.partition("t", 0).isr());
  }

  @Test
  void aRestartWithAllItsDisksStaysEligible() {
    cluster.accept(
        register(1, 2, List.of(presented(SECOND_DISK, 2, 1), presented(FIRST_DISK, 2, 1)), none()));

    assertEquals(List.of(2, 3), cluster.partition("t", 0).isr());
    assertEquals(List.of(1), cluster.partition("alone", 0).elr());
    assertEquals(
        TreePMap.singleton(FIRST_DISK, run(2)).plus(SECOND_DISK, run(2)),
        cluster.broker(1).directories());
    cluster.accept(cluster.unfence(1));
    assertEquals(1, cluster.partition("alone", 0).leader());
  }

  @Test
  void aRunThatDiedBeforeItRegisteredIsMatchedByTheRunBeforeIt() {
    cluster.accept(cluster.fence(1));

    cluster.accept(
        register(1, 3, List.of(presented(FIRST_DISK, 3, 1), presented(SECOND_DISK, 1)), none()));

    assertEquals(List.of(1), cluster.partition("alone", 0).elr());
  }

  @Test
  void whoeverKnewNoDirectoryLosesNothingByPresentingOne() {
    cluster.accept(cluster.fence(2)).accept(cluster.fence(3));
    assertEquals(List.of(3), cluster.partition("pair", 0).elr());

    cluster.accept(register(3, 2, List.of(presented(OTHER_DISK, 2)), none()));

    assertEquals(List.of(3), cluster.partition("pair", 0).elr());
  }

  @Test
  void anEmptiedDiskLeavesIsrAndElrBeforeAnyElection() {
    for (List<PresentedDirectory> directories :
        List.of(
            List.<PresentedDirectory>of(),
            List.of(presented(FIRST_DISK, 2, 1), presented(OTHER_DISK, 2)),
            List.of(presented(FIRST_DISK, 2, 1), presented(SECOND_DISK, 2)),
            List.of(presented(FIRST_DISK, 2, 1), presented(SECOND_DISK, 2, 7)),
            List.of(presented(FIRST_DISK, 2), presented(SECOND_DISK, 2, 1)))) {
      ClusterScript fresh = new LostReplicasTest().cluster;
      int epoch = fresh.partition("t", 0).leaderEpoch();

      fresh.accept(register(1, 2, directories, none()));

      PartitionImage led = fresh.partition("t", 0);
      assertEquals(List.of(2, 3), led.isr());
      assertEquals(List.of(), led.elr());
      assertEquals(2, led.leader());
      assertEquals(epoch + 1, led.leaderEpoch());
      PartitionImage alone = fresh.partition("alone", 0);
      assertEquals(List.of(), alone.isr());
      assertEquals(List.of(), alone.elr());
      assertFalse(alone.hasLeader());
      fresh.accept(fresh.unfence(1));
      assertFalse(fresh.partition("alone", 0).hasLeader(), "nobody holds what was committed");
    }
  }

  @Test
  void replicasOnTheDisksThatMatchStay() {
    cluster.accept(
        register(
            1,
            2,
            List.of(presented(FIRST_DISK, 2, 1), presented(OTHER_DISK, 2)),
            Stream.of(cluster.ids("alone", 0), cluster.ids("t", 1))
                .flatMap(List::stream)
                .toList()));

    assertEquals(List.of(1), cluster.partition("alone", 0).elr());
    assertEquals(List.of(2, 3), cluster.partition("t", 1).isr());
    assertEquals(
        TreePMap.singleton(FIRST_DISK, run(2)).plus(OTHER_DISK, run(2)),
        cluster.broker(1).directories());
  }

  @Test
  void aBrokerThatWasFencedAlreadyLosesItsEligibility() {
    cluster.accept(cluster.fence(1));
    int before = cluster.partition("t", 0).partitionEpoch();
    assertEquals(List.of(1), cluster.partition("alone", 0).elr());

    cluster.accept(register(1, 2, List.of(), none()));

    assertEquals(List.of(), cluster.partition("alone", 0).elr());
    assertEquals(before, cluster.partition("t", 0).partitionEpoch(), "it was not in that one");
  }

  @Test
  void theLastInSyncReplicaThatIsLostLeavesAnEligibleOneToLead() {
    cluster.accept(cluster.fence(3)).accept(cluster.fence(2)).accept(cluster.unfence(2));
    PartitionImage before = cluster.partition("t", 0);
    assertEquals(List.of(1), before.isr());
    assertEquals(List.of(2), before.elr());

    cluster.accept(register(1, 2, List.of(), none()));

    PartitionImage after = cluster.partition("t", 0);
    assertEquals(2, after.leader());
    assertEquals(List.of(2), after.isr());
    assertEquals(List.of(), after.elr());
    assertEquals(before.leaderEpoch() + 1, after.leaderEpoch());
    assertEquals(before.partitionEpoch() + 1, after.partitionEpoch());
  }

  @Test
  void theSameRunRegisteredTwiceLosesNothingTheSecondTime() {
    cluster.accept(register(1, 2, List.of(presented(FIRST_DISK, 2, 1)), cluster.ids("alone", 0)));
    ClusterImage once = cluster.image();

    cluster.accept(register(1, 2, List.of(), none()));

    assertEquals(once, cluster.image());
  }

  @Test
  void lostReplicasLeaveIsrAndElr() {
    cluster.accept(
        register(1, 2, List.of(presented(FIRST_DISK, 2, 1), presented(SECOND_DISK, 2, 1)), none()));

    cluster.accept(cluster.lost(1, "alone", 0, 0)).accept(cluster.lost(1, "t", 0));

    assertEquals(List.of(), cluster.partition("alone", 0).elr());
    assertEquals(List.of(2, 3), cluster.partition("t", 0).isr(), "it was in neither");
    cluster.accept(cluster.unfence(1));
    assertFalse(cluster.partition("alone", 0).hasLeader());
  }

  @Test
  void aReplicaThatIsLostWhileItLeadsGivesWay() {
    cluster.accept(cluster.lost(1, "t", 0));

    assertEquals(2, cluster.partition("t", 0).leader());
    assertEquals(List.of(2, 3), cluster.partition("t", 0).isr());
    assertEquals(1, cluster.partition("alone", 0).leader());
  }

  @Test
  void whoAloneIsLeftWhenItsReportOfAFailedLogIsDecidedStaysCountedOn() {
    MetadataCommand failed =
        new ReportLostReplicas(2, cluster.broker(2).brokerEpoch(), cluster.ids("pair", 0), true);
    cluster.accept(cluster.fence(3));
    ClusterImage before = cluster.image();

    cluster.accept(failed);

    assertEquals(before, cluster.image());
    assertEquals(2, cluster.partition("pair", 0).leader());
  }

  @Test
  void aFailedLogThatAnotherHoldsIsNotCountedOn() {
    cluster.accept(
        new ReportLostReplicas(2, cluster.broker(2).brokerEpoch(), cluster.ids("pair", 0), true));

    assertEquals(3, cluster.partition("pair", 0).leader());
    assertEquals(List.of(3), cluster.partition("pair", 0).isr());
  }

  @Test
  void whatIsGoneOrSomebodyElsesIsPassedOver() {
    List<PartitionId> partitions = new ArrayList<>(cluster.ids("pair", 0, 99));
    partitions.add(new PartitionId(new TopicId(9, 9), 0));
    ClusterImage before = cluster.image();

    cluster.accept(new ReportLostReplicas(1, cluster.broker(1).brokerEpoch(), partitions, false));

    assertEquals(before, cluster.image());
  }

  @Test
  void aReportComparesTheBrokersEpoch() {
    Decision.Refused stale = cluster.refuse(new ReportLostReplicas(1, 0, List.of(), false));
    Decision.Refused unknown = cluster.refuse(new ReportLostReplicas(9, 0, List.of(), false));

    assertEquals(RefusalReason.STALE_BROKER_EPOCH, stale.reason());
    assertEquals("broker 1 is at epoch 1 now, got 0; look again", stale.message());
    assertEquals(RefusalReason.UNKNOWN_BROKER, unknown.reason());
    assertEquals("broker 9 is not registered", unknown.message());
  }

  private static RegisterBroker register(
      int id, long run, List<PresentedDirectory> directories, List<PartitionId> held) {
    return new RegisterBroker(
        id,
        new BrokerDescription("host" + id, 9092, "", "", "", false),
        run(run),
        run(1),
        "",
        directories,
        held);
  }

  private static List<PartitionId> none() {
    return List.of();
  }

  private static PresentedDirectory presented(DirectoryId id, long... runs) {
    List<IncarnationId> incarnations = new ArrayList<>();
    for (long run : runs) {
      incarnations.add(run(run));
    }
    return new PresentedDirectory(id, incarnations, false, List.of());
  }

  private static IncarnationId run(long number) {
    return new IncarnationId(5, number);
  }
}
