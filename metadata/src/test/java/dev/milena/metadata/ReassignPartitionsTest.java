package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.milena.metadata.MetadataCommand.ElectLeaders;
import dev.milena.metadata.MetadataCommand.ReassignPartitions;
import dev.milena.metadata.MetadataReply.ReassignmentReply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

class ReassignPartitionsTest {
  private final ClusterScript cluster = ClusterScript.withBrokers(5).withTopic("t", "1,2");

  @Test
  void aMoveHasTheReplicasOfBothSidesUntilAllOfTheTargetAreInSync() {
    assertEquals(new ReassignmentReply(1, 1), reply(cluster.move("t", "3,2")));

    PartitionImage moving = cluster.partition("t", 0);
    assertEquals(List.of(3, 2, 1), moving.replicas());
    assertEquals(List.of(2, 1), moving.isr());
    assertEquals(new Reassignment(List.of(1, 2), List.of(3, 2)), moving.reassignment());
    assertEquals(1, moving.leader());
    assertEquals(0, moving.leaderEpoch());
    assertEquals(1, moving.partitionEpoch());

    cluster.join("t", 3);

    PartitionImage moved = cluster.partition("t", 0);
    assertEquals(List.of(3, 2), moved.replicas());
    assertEquals(List.of(3, 2), moved.isr());
    assertEquals(Reassignment.NONE, moved.reassignment());
    assertEquals(3, moved.leader());
    assertEquals(1, moved.leaderEpoch());
    assertEquals(2, moved.partitionEpoch());
  }

  @Test
  void aTargetThatIsInSyncAlreadyIsReachedInOneEntry() {
    assertEquals(new ReassignmentReply(1, 0), reply(cluster.move("t", "2,1")));
    assertEquals(List.of(2, 1), cluster.partition("t", 0).replicas());
    assertEquals(1, cluster.partition("t", 0).leader(), "an election may change that");
    cluster.accept(new ElectLeaders(cluster.ids("t", 0)));
    assertEquals(2, cluster.partition("t", 0).leader());

    assertEquals(new ReassignmentReply(1, 0), reply(cluster.move("t", "1")));

    PartitionImage shrunk = cluster.partition("t", 0);
    assertEquals(List.of(1), shrunk.replicas());
    assertEquals(List.of(1), shrunk.isr());
    assertEquals(1, shrunk.leader());
    assertEquals(2, shrunk.leaderEpoch());
    assertEquals(3, shrunk.partitionEpoch());
  }

  @Test
  void aPartitionOfOneReplicaStaysWhereItsRecordsAre() {
    cluster.withTopic("one", "1");

    assertEquals(new ReassignmentReply(1, 1), reply(cluster.move("one", "4")));

    assertEquals(List.of(4, 1), cluster.partition("one", 0).replicas());
    assertEquals(1, cluster.partition("one", 0).leader());
    cluster.accept(cluster.fence(1));
    assertFalse(cluster.partition("one", 0).hasLeader(), "4 has nothing yet");
    cluster.accept(cluster.unfence(1)).join("one", 4);
    assertEquals(List.of(4), cluster.partition("one", 0).replicas());
    assertEquals(4, cluster.partition("one", 0).leader());
  }

  @Test
  void aMoveThatIsCalledBackLeavesThingsAsTheyWere() {
    cluster.accept(cluster.move("t", "3,4,2")).join("t", 4);

    assertEquals(new ReassignmentReply(1, 0), reply(cluster.callBack("t")));

    PartitionImage back = cluster.partition("t", 0);
    assertEquals(List.of(1, 2), back.replicas());
    assertEquals(List.of(1, 2), back.isr());
    assertEquals(Reassignment.NONE, back.reassignment());
    assertEquals(1, back.leader());
    assertEquals(0, back.leaderEpoch());
    assertEquals(3, back.partitionEpoch());
  }

  @Test
  void movingBackToTheOriginIsCallingTheMoveBack() {
    cluster.accept(cluster.move("t", "3,4"));

    assertEquals(new ReassignmentReply(1, 0), reply(cluster.move("t", "1,2")));

    assertEquals(List.of(1, 2), cluster.partition("t", 0).replicas());
    assertFalse(cluster.partition("t", 0).reassignment().isUnderWay());
  }

  @Test
  void anotherTargetGivesUpTheFirstAndKeepsTheOrigin() {
    cluster.accept(cluster.move("t", "3,4")).join("t", 3);

    assertEquals(new ReassignmentReply(1, 1), reply(cluster.move("t", "5,4")));

    PartitionImage moving = cluster.partition("t", 0);
    assertEquals(List.of(5, 4, 1, 2), moving.replicas());
    assertEquals(List.of(1, 2), moving.isr(), "3 is given up");
    assertEquals(new Reassignment(List.of(1, 2), List.of(5, 4)), moving.reassignment());
  }

  @Test
  void whatIsWantedAlreadyChangesNothing() {
    assertEquals(new ReassignmentReply(0, 0), reply(cluster.move("t", "1,2")));
    assertEquals(new ReassignmentReply(0, 0), reply(cluster.callBack("t")));
    cluster.accept(cluster.move("t", "3,2"));
    ClusterImage moving = cluster.image();

    assertEquals(new ReassignmentReply(0, 1), reply(cluster.move("t", "3,2")));
    assertEquals(new ReassignmentReply(0, 0), reply(new ReassignPartitions(List.of())));

    assertEquals(moving, cluster.image());
  }

  @Test
  void theLeaderStaysWhileNobodyOfTheTargetMayLead() {
    cluster.accept(cluster.stop(2));

    assertEquals(new ReassignmentReply(1, 1), reply(cluster.move("t", "2")));

    assertEquals(1, cluster.partition("t", 0).leader());
    assertEquals(List.of(2, 1), cluster.partition("t", 0).replicas());
    cluster.accept(cluster.fence(2)).accept(ClusterScript.register(2, "", 99));
    cluster.accept(cluster.unfence(2)).join("t", 2);
    assertEquals(List.of(2), cluster.partition("t", 0).replicas());
    assertEquals(2, cluster.partition("t", 0).leader());
  }

  @Test
  void anElectionOutOfTheElrCompletesAMoveToThatReplica() {
    cluster.accept(cluster.fence(1)).accept(cluster.fence(2));
    assertEquals(List.of(2), cluster.partition("t", 0).elr());
    cluster.accept(cluster.move("t", "2"));
    assertEquals(List.of(2, 1), cluster.partition("t", 0).replicas());

    cluster.accept(cluster.unfence(2));

    assertEquals(List.of(2), cluster.partition("t", 0).replicas());
    assertEquals(2, cluster.partition("t", 0).leader());
    assertFalse(cluster.partition("t", 0).reassignment().isUnderWay());
  }

  @Test
  void aMoveIsNotGivenUpWhileOnlyItsGainsAreInSync() {
    cluster.accept(cluster.move("t", "3,4")).join("t", 3);
    cluster.accept(cluster.fence(2)).accept(cluster.fence(1));
    assertEquals(3, cluster.partition("t", 0).leader());

    String cannot =
        "partition t-0 cannot leave brokers 3,4 now: no other of its replicas is in sync and up;"
            + " bring one back first";
    assertEquals(cannot, refuse(cluster.callBack("t")).message());
    assertEquals(cannot, refuse(cluster.move("t", "5")).message());
    cluster.accept(cluster.move("t", "3,5"));

    assertEquals(List.of(3, 5, 1, 2), cluster.partition("t", 0).replicas());
  }

  @Test
  void partitionsAreAddedWithAsManyReplicasAsTheMoveEndsWith() {
    cluster.accept(cluster.move("t", "3,4,5"));

    cluster.accept(ClusterScript.alter("t", 2, TreePMap.empty()));

    assertEquals(3, cluster.partition("t", 1).replicas().size());
  }

  @Test
  void aBrokerIsNotForgottenWhileAMoveLeavesIt() {
    cluster.accept(cluster.move("t", "3,2")).accept(cluster.fence(1));

    assertEquals(
        RefusalReason.BROKER_HOLDS_REPLICAS,
        cluster.refuse(new MetadataCommand.DecommissionBroker(1)).reason());
    cluster.join("t", 3);
    cluster.accept(new MetadataCommand.DecommissionBroker(1));
  }

  @Test
  void refusesTargetsThatCannotBe() {
    assertEquals(
        "partition t-0 can have 1 to 32 replicas, got 0",
        refuse(one(new PartitionMove.Aim.Target(List.of()))).message());
    List<Integer> many = IntStream.rangeClosed(1, 33).boxed().toList();
    assertEquals(
        "partition t-0 can have 1 to 32 replicas, got 33",
        refuse(one(new PartitionMove.Aim.Target(many))).message());
    assertEquals(
        "partition t-0 names broker 3 twice; name each broker once",
        refuse(cluster.move("t", "3,2,3")).message());
    assertEquals(
        "partition t-0 names broker 9, which is not registered; start it first, or name another",
        refuse(cluster.move("t", "3,9")).message());
    assertEquals(
        TreePMap.singleton("topic", "t").plus("partition", "0"),
        refuse(cluster.move("t", "9")).about());
  }

  @Test
  void refusesPartitionsThatAreNotThereAlone() {
    List<PartitionMove> moves = new ArrayList<>(cluster.move("t", "2,1").moves());
    moves.add(new PartitionMove(cluster.ids("t", 7).getFirst(), new PartitionMove.Aim.Cancel()));
    ClusterImage before = cluster.image();

    Decision.Refused refused = cluster.refuse(new ReassignPartitions(moves));

    assertEquals(RefusalReason.UNKNOWN_PARTITION, refused.reason());
    assertEquals(
        "topic \"t\" has 1 partitions, counted from 0, and no partition 7", refused.message());
    assertEquals(before, cluster.image(), "all or nothing");
    assertEquals(
        "there is no topic of id AAAAAAAAAAkAAAAAAAAACQ; it was deleted, or its name has another"
            + " id now",
        cluster
            .refuse(
                new ReassignPartitions(
                    List.of(
                        new PartitionMove(
                            new PartitionId(new TopicId(9, 9), 0),
                            new PartitionMove.Aim.Cancel()))))
            .message());
  }

  @Test
  void refusesToNameAPartitionTwice() {
    List<PartitionMove> moves = new ArrayList<>(cluster.move("t", "2,1").moves());
    moves.addAll(cluster.callBack("t").moves());

    assertEquals(
        "partition t-0 is named twice; name it once",
        refuse(new ReassignPartitions(moves)).message());
  }

  /** Which one is named is part of the answer, and that is the same in every release. */
  @Test
  void ofSeveralThatAreNamedTwiceTheFirstThatIsRepeatedIsTold() {
    TopicId topic = cluster.topic("t").id();
    List<PartitionMove> moves = new ArrayList<>();
    for (int partition : new int[] {1, 1, 0, 0}) {
      moves.add(
          new PartitionMove(new PartitionId(topic, partition), new PartitionMove.Aim.Cancel()));
    }

    assertEquals(
        "partition t-1 is named twice; name it once",
        refuse(new ReassignPartitions(moves)).message());
  }

  @Test
  void refusesMoreMovesThanOneEntryShouldHold() {
    PartitionMove move = cluster.move("t", "2,1").moves().getFirst();

    Decision.Refused refused =
        cluster.refuse(new ReassignPartitions(Collections.nCopies(10_001, move)));

    assertEquals(RefusalReason.COMMAND_TOO_LARGE, refused.reason());
    assertEquals(
        "one command moves at most 10000 partitions, got 10001; move them in several",
        refused.message());
  }

  private Decision.Refused refuse(MetadataCommand command) {
    Decision.Refused refused = cluster.refuse(command);
    assertEquals(RefusalReason.INVALID_ASSIGNMENT, refused.reason());
    return refused;
  }

  private ReassignPartitions one(PartitionMove.Aim aim) {
    return new ReassignPartitions(List.of(new PartitionMove(cluster.ids("t", 0).getFirst(), aim)));
  }

  private ReassignmentReply reply(MetadataCommand command) {
    return (ReassignmentReply) ((QuorumAnswer.Decided) cluster.apply(command)).reply();
  }
}
