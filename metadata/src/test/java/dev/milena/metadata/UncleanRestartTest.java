package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.MetadataCommand.AlterTopic;
import dev.milena.metadata.MetadataCommand.DeleteTopic;
import dev.milena.metadata.MetadataCommand.ElectLeaders;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

/** Replication rule 7: what a kill costs under each flush.policy, and who may lead then. */
class UncleanRestartTest {
  private static final int NOBODY = PartitionImage.NO_LEADER;
  private static final boolean ACK = false;
  private static final boolean REPLICATED = true;
  private static final boolean KILLED = false;
  private static final boolean ORDERLY = true;
  private static final List<PartitionId> NONE = List.of();

  private final ClusterScript cluster = new ClusterScript();

  /** Four brokers with two disks each; "t" is on 1, 2 and 3, "alone" on 1. */
  private void begin(boolean policy) {
    for (int id = 1; id <= 4; id++) {
      cluster.accept(register(id, 1, policy, List.of(disk(id, 1, ORDERLY), disk(id, 2, ORDERLY))));
      cluster.accept(cluster.unfence(id));
    }
    cluster.withTopic("t", "1,2,3").withTopic("alone", "1");
    TreePMap<String, String> all = TreePMap.singleton("min.insync.replicas", "3");
    cluster.accept(new AlterTopic("t", AlterTopic.UNCHANGED, all, List.of()));
  }

  @Test
  void underAckAKillKeepsThePlace() {
    begin(ACK);
    cluster.accept(cluster.fence(1));

    restart(1, 2, ACK, KILLED);

    assertEquals(List.of(1), row("t").elr());
    assertEquals(List.of(1), row("alone").elr());
    assertFalse(row("alone").hasLastKnownLeader());
  }

  @Test
  void underReplicatedAnOrderlyStopKeepsThePlace() {
    begin(REPLICATED);
    cluster.accept(cluster.fence(1));

    restart(1, 2, REPLICATED, ORDERLY);

    assertEquals(List.of(1), row("t").elr());
    assertEquals(List.of(1), row("alone").elr());
  }

  @Test
  void underReplicatedAKillLeavesIsrAndElrBeforeAnyElection() {
    begin(REPLICATED);
    int epoch = row("t").leaderEpoch();

    restart(1, 2, REPLICATED, KILLED);

    assertEquals(List.of(2, 3), row("t").isr());
    assertEquals(List.of(), row("t").elr());
    assertEquals(2, row("t").leader());
    assertEquals(epoch + 1, row("t").leaderEpoch());
    assertFalse(row("t").hasLastKnownLeader(), "others hold what was committed");
  }

  @Test
  void whoAloneHeldAPartitionIsKnownAndLeadsWhenItIsLetIn() {
    begin(REPLICATED);
    PartitionImage before = row("alone");
    cluster.accept(cluster.fence(1));
    assertEquals(List.of(1), row("alone").elr());

    restart(1, 2, REPLICATED, KILLED);

    assertEquals(List.of(), row("alone").isr());
    assertEquals(List.of(), row("alone").elr());
    assertEquals(1, row("alone").lastKnownLeader());
    assertFalse(row("alone").hasLeader());

    cluster.accept(cluster.unfence(1));

    assertEquals(1, row("alone").leader());
    assertEquals(List.of(1), row("alone").isr());
    assertEquals(NOBODY, row("alone").lastKnownLeader());
    assertTrue(row("alone").leaderEpoch() > before.leaderEpoch());
    assertEquals(before.partitionEpoch() + 3, row("alone").partitionEpoch());
  }

  private void setPolicy(String topic, String policy) {
    cluster.accept(
        ClusterScript.alter(
            topic, AlterTopic.UNCHANGED, TreePMap.singleton("flush.policy", policy)));
  }

  @Test
  void aTopicThatIsReplicatedIsDoubtedAfterAKillAndItsNeighboursAreNot() {
    begin(ACK);
    setPolicy("t", "replicated");

    restart(1, 2, ACK, KILLED);

    assertEquals(List.of(2, 3), row("t").isr());
    assertEquals(List.of(), row("t").elr());
    assertEquals(List.of(1), row("alone").elr(), "it goes by ack");
  }

  @Test
  void aTopicThatIsReplicatedKeepsItsPlaceAfterAnOrderlyStop() {
    begin(ACK);
    setPolicy("alone", "replicated");

    restart(1, 2, ACK, ORDERLY);

    assertEquals(List.of(1), row("alone").elr());
  }

  @Test
  void aTopicThatWasReplicatedIsDoubtedAlsoWhenItGoesByAckNow() {
    begin(ACK);
    setPolicy("alone", "replicated");
    setPolicy("alone", "ack");

    restart(1, 2, ACK, KILLED);

    assertEquals(List.of(), row("alone").elr());
    assertEquals(1, row("alone").lastKnownLeader());
  }

  @Test
  void aRunIsJudgedByThePolicyOfTheRunBefore() {
    begin(REPLICATED);
    restart(1, 2, ACK, KILLED);
    assertEquals(1, row("alone").lastKnownLeader());
    cluster.accept(cluster.unfence(1));

    restart(1, 3, REPLICATED, KILLED);

    assertEquals(List.of(1), row("alone").elr(), "the second run went by ack");
    cluster.accept(cluster.unfence(1));
    restart(1, 4, REPLICATED, KILLED);
    assertEquals(1, row("alone").lastKnownLeader());
  }

  @Test
  void whoStaysEligibleKeepsOthersFromBeingKnown() {
    begin(REPLICATED);
    cluster.accept(cluster.fence(1)).accept(cluster.fence(2)).accept(cluster.fence(3));
    assertEquals(List.of(1, 2, 3), row("t").elr());

    restart(3, 2, REPLICATED, KILLED);
    cluster.accept(cluster.unfence(3));
    restart(1, 2, REPLICATED, KILLED);

    assertEquals(List.of(2), row("t").elr());
    assertFalse(row("t").hasLastKnownLeader());
    assertFalse(row("t").hasLeader(), "2 holds what was committed, and is away");
    cluster.accept(cluster.unfence(2));
    assertEquals(2, row("t").leader());
  }

  @Test
  void whoLeavesLastIsKnown() {
    begin(REPLICATED);
    cluster.accept(cluster.fence(1)).accept(cluster.fence(2)).accept(cluster.fence(3));
    for (int id : List.of(2, 3, 1)) {
      restart(id, 2, REPLICATED, KILLED);
    }
    assertEquals(1, row("t").lastKnownLeader());

    cluster.accept(cluster.unfence(2)).accept(cluster.unfence(3));
    assertFalse(row("t").hasLeader(), "only 1 may");
    restart(1, 3, REPLICATED, KILLED);
    assertEquals(1, row("t").lastKnownLeader(), "another kill of it changes nothing");
    cluster.accept(cluster.unfence(1));

    assertEquals(1, row("t").leader());
    assertEquals(List.of(1), row("t").isr());
    cluster.join("t", 2).join("t", 3);
    assertEquals(List.of(1, 2, 3), row("t").isr());
  }

  @Test
  void nobodyLeadsBeforeItIsLetIn() {
    begin(REPLICATED);
    restart(1, 2, REPLICATED, KILLED);

    cluster.accept(new ElectLeaders(cluster.ids("alone", 0)));

    assertFalse(row("alone").hasLeader());
    assertEquals(1, row("alone").lastKnownLeader());
  }

  @Test
  void onAnEmptiedDiskNobodyIsOrStaysKnown() {
    begin(REPLICATED);
    cluster.accept(register(1, 2, REPLICATED, List.of(disk(1, 2, 1, ORDERLY))));
    assertEquals(NOBODY, row("alone").lastKnownLeader());
    assertEquals(List.of(), row("alone").elr());

    ClusterScript again = cluster.withTopic("later", "2");
    restart(2, 2, REPLICATED, KILLED);
    assertEquals(2, row("later").lastKnownLeader());
    int epoch = row("later").partitionEpoch();
    again.accept(register(2, 3, REPLICATED, List.of()));
    assertEquals(NOBODY, row("later").lastKnownLeader());
    assertEquals(epoch + 1, row("later").partitionEpoch());
    again.accept(cluster.unfence(2));
    assertFalse(row("later").hasLeader());
  }

  @Test
  void whoSaysThatItsLogIsLostIsKnownNoMore() {
    begin(REPLICATED);
    restart(1, 2, REPLICATED, KILLED);

    cluster.accept(cluster.lost(1, "alone", 0));

    assertEquals(NOBODY, row("alone").lastKnownLeader());
    cluster.accept(cluster.unfence(1));
    assertFalse(row("alone").hasLeader());
  }

  @Test
  void eachDirectoryIsJudgedAlone() {
    begin(REPLICATED);
    PartitionId alone = cluster.ids("alone", 0).getFirst();
    PresentedDirectory clean = disk(1, 1, 2, ORDERLY);
    PresentedDirectory unclean = disk(1, 2, 2, KILLED);

    cluster.accept(registerHolding(2, List.of(clean, unclean), List.of(alone)));

    assertEquals(List.of(1), row("alone").elr(), "it lies in the clean one");
    assertEquals(List.of(), row("t").elr(), "it does not");
  }

  @Test
  void whatLiesInAnUncleanDirectoryIsNotLostWithAnotherDisk() {
    begin(REPLICATED);

    cluster.accept(registerHolding(2, List.of(uncleanWith(cluster.ids("alone", 0))), NONE));

    assertEquals(1, row("alone").lastKnownLeader());
    assertEquals(List.of(2, 3), row("t").isr());
  }

  @Test
  void whatLiesInNoneOfThemIsLost() {
    begin(REPLICATED);

    cluster.accept(registerHolding(2, List.of(uncleanWith(NONE)), NONE));

    assertEquals(NOBODY, row("alone").lastKnownLeader());
  }

  @Test
  void whatASwappedDiskSaysIsNoMatter() {
    begin(REPLICATED);
    cluster.withTopic("later", "2");
    PresentedDirectory swapped =
        new PresentedDirectory(
            new DirectoryId(2, 1), List.of(run(9)), KILLED, cluster.ids("later", 0));

    cluster.accept(register(2, 2, REPLICATED, List.of(swapped)));

    assertEquals(NOBODY, row("later").lastKnownLeader());
  }

  @Test
  void aMoveKeepsWhoIsKnownAmongTheReplicas() {
    begin(REPLICATED);
    restart(1, 2, REPLICATED, KILLED);

    cluster.accept(cluster.move("alone", "4"));
    assertEquals(List.of(4, 1), row("alone").replicas());
    assertEquals(1, row("alone").lastKnownLeader());
    cluster.accept(cluster.unfence(1));
    assertEquals(1, row("alone").leader());
    cluster.join("alone", 4);

    assertEquals(List.of(4), row("alone").replicas());
    assertEquals(4, row("alone").leader());
    assertEquals(NOBODY, row("alone").lastKnownLeader());
  }

  @Test
  void aMoveIsNotCalledBackFromTheOnlyOneThatMayLead() {
    begin(REPLICATED);
    cluster.accept(cluster.move("alone", "4,2"));
    cluster.join("alone", 4);
    cluster.accept(cluster.lost(1, "alone", 0));
    assertEquals(List.of(4), row("alone").isr());
    restart(4, 2, REPLICATED, KILLED);
    assertEquals(4, row("alone").lastKnownLeader());

    Decision.Refused refused = cluster.refuse(cluster.callBack("alone"));

    assertTrue(refused.message().contains("cannot leave brokers 4,2 now"), refused.message());
    cluster.accept(cluster.unfence(4));
    assertEquals(4, row("alone").leader());
  }

  @Test
  void aTopicIsDeletedWithIt() {
    begin(REPLICATED);
    restart(1, 2, REPLICATED, KILLED);

    cluster.accept(new DeleteTopic("alone", TopicId.NONE));
    cluster.accept(cluster.unfence(1));

    assertTrue(cluster.image().topic("alone").isEmpty());
  }

  private PartitionImage row(String topic) {
    return cluster.partition(topic, 0);
  }

  /** Its next run, with both disks, each left in the same way. */
  private void restart(int id, long run, boolean policy, boolean how) {
    cluster.accept(
        register(id, run, policy, List.of(disk(id, 1, run, how), disk(id, 2, run, how))));
  }

  private static PresentedDirectory disk(int broker, int number, boolean how) {
    return new PresentedDirectory(new DirectoryId(broker, number), List.of(run(1)), how, NONE);
  }

  private static PresentedDirectory disk(int broker, int number, long run, boolean how) {
    return new PresentedDirectory(
        new DirectoryId(broker, number), List.of(run(run), run(run - 1)), how, NONE);
  }

  private static PresentedDirectory uncleanWith(List<PartitionId> replicas) {
    return new PresentedDirectory(new DirectoryId(1, 2), List.of(run(2), run(1)), KILLED, replicas);
  }

  private static RegisterBroker registerHolding(
      long run, List<PresentedDirectory> directories, List<PartitionId> held) {
    return register(1, run, REPLICATED, directories, held);
  }

  private static RegisterBroker register(
      int id, long run, boolean policy, List<PresentedDirectory> directories) {
    return register(id, run, policy, directories, NONE);
  }

  private static RegisterBroker register(
      int id,
      long run,
      boolean policy,
      List<PresentedDirectory> directories,
      List<PartitionId> held) {
    return new RegisterBroker(
        id,
        new BrokerDescription("host" + id, 9092, "", "", "", policy),
        run(run),
        run(run - 1),
        "",
        directories,
        held);
  }

  private static IncarnationId run(long number) {
    return new IncarnationId(5, number);
  }
}
