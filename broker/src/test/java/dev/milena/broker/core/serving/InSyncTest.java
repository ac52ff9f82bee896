package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.log.disk.SimFault;
import dev.milena.metadata.IsrChange;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicImage;
import dev.milena.replication.FlushPolicy;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

/** A leader has the quorum take brokers that come back into its in-sync replicas. */
class InSyncTest extends ThreeBrokers {
  private static final int PARTITIONS = 6;

  InSyncTest() throws IOException {
    super(FlushPolicy.ACK);
  }

  @BeforeEach
  void threeBrokersHoldATopic() {
    List<List<Integer>> replicas =
        Stream.generate(() -> List.of(1, 2, 3)).limit(PARTITIONS).toList();
    accept(
        new MetadataCommand.CreateTopic(
            "t",
            PARTITIONS,
            new ReplicaPlan.Assigned(replicas),
            TreePMap.empty(),
            TopicImage.BY_RULE));
  }

  private List<PartitionImage> rows() {
    return quorum.image().topics().values().iterator().next().partitions();
  }

  private void isrIs(Integer... isr) {
    for (PartitionImage row : rows()) {
      assertEquals(List.of(isr), row.isr(), "partition " + row.partition());
    }
  }

  private void leaveAndComeBack(int id) {
    accept(new MetadataCommand.FenceBroker(id, epoch(id)));
    isrIs(1, 3);
    accept(new MetadataCommand.UnfenceBroker(id, epoch(id)));
  }

  @Test
  void whoComesBackToPartitionsThatNothingWasWrittenToIsInSyncAgainAfterASecond() {
    leaveAndComeBack(2);
    pass(990);
    isrIs(1, 3);
    long index = quorum.appliedIndex();

    pass(30);

    isrIs(1, 2, 3);
    assertEquals(index + 1, quorum.appliedIndex(), "all partitions in one command");
  }

  @Test
  void whoStopsOrIsFencedIsNotWanted() {
    leaveAndComeBack(2);
    accept(new MetadataCommand.StopBroker(2, epoch(2)));
    long index = quorum.appliedIndex();

    pass(5_000);

    isrIs(1, 3);
    assertEquals(index, quorum.appliedIndex(), "nobody asks in vain");
  }

  @Test
  void whoseLogIsOfflineIsNotTakenInBeforeItHasItAgain() throws IOException {
    disk(2).failAt(disk(2).calls() + 1, SimFault.IO_ERROR);
    accept(
        new MetadataCommand.CreateTopic(
            "u",
            1,
            new ReplicaPlan.Assigned(List.of(List.of(1, 2, 3))),
            TreePMap.empty(),
            TopicImage.BY_RULE));
    pass(70_000);
    assertEquals(List.of(1, 3), partition("u", 0).isr());

    killAndFence(2);
    start(2);
    pass(61_000);

    assertEquals(3, partition("u", 0).isr().size());
  }

  @Test
  void whoAloneHoldsAPartitionDoesNotGiveItUp() {
    accept(new MetadataCommand.FenceBroker(2, epoch(2)));
    accept(new MetadataCommand.FenceBroker(3, epoch(3)));
    disk(1).failAt(disk(1).calls() + 1, SimFault.IO_ERROR);
    accept(
        new MetadataCommand.CreateTopic(
            "u",
            1,
            new ReplicaPlan.Assigned(List.of(List.of(1, 2))),
            TreePMap.empty(),
            TopicImage.BY_RULE));

    pass(5_000);

    assertEquals(1, partition("u", 0).leader());
    assertEquals(List.of(1), partition("u", 0).isr());
  }

  @Test
  void aChangeThatHappenedAndWasNotAnsweredIsNotAskedForAgain() {
    leaveAndComeBack(2);
    quorum.silent(true);
    pass(1_100);
    isrIs(1, 2, 3);
    quorum.silent(false);
    long index = quorum.appliedIndex();

    pass(20_000);

    assertEquals(index, quorum.appliedIndex());
  }

  /** Until then it counted as possible; afterwards it cannot happen any more, however late. */
  @Test
  void aChangeOfWhichNothingIsKnownIsMadeStaleAndThenAskedForAnew() {
    leaveAndComeBack(2);
    int before = rows().getFirst().partitionEpoch();
    quorum.losing(true);
    pass(1_100);
    isrIs(1, 3);
    quorum.losing(false);
    pass(1_500);
    isrIs(1, 3);

    pass(3_000);

    isrIs(1, 2, 3);
    assertEquals(before + 2, rows().getFirst().partitionEpoch());
  }

  @Test
  void aQuorumThatIsNotThereIsAskedAgain() {
    leaveAndComeBack(2);
    quorum.reachable(false);
    pass(10_000);
    isrIs(1, 3);

    quorum.reachable(true);
    pass(1_100);

    isrIs(1, 2, 3);
  }

  @Test
  void aLeaderWhoseLogCannotBeOpenedGivesItsLeadershipAway() {
    disk(1).failAt(disk(1).calls() + 1, SimFault.IO_ERROR);
    accept(
        new MetadataCommand.CreateTopic(
            "u",
            2,
            new ReplicaPlan.Assigned(List.of(List.of(1, 2, 3), List.of(1, 3, 2))),
            TreePMap.empty(),
            TopicImage.BY_RULE));
    List<PartitionImage> before = quorum.image().topic("u").orElseThrow().partitions();
    assertEquals(List.of(1, 1), before.stream().map(PartitionImage::leader).toList());

    pass(20);

    // one of the two, whichever was opened first
    List<PartitionImage> moved =
        quorum.image().topic("u").orElseThrow().partitions().stream()
            .filter(row -> row.leader() != 1)
            .toList();
    assertEquals(1, moved.size());
    assertEquals(List.of(2, 3), moved.getFirst().isr().stream().sorted().toList());
  }

  @Test
  void aReplicaThatIsOfflineSaysSoAgainWhenItIsCountedOnAgain() {
    disk(1).failAt(disk(1).calls() + 1, SimFault.IO_ERROR);
    accept(
        new MetadataCommand.CreateTopic(
            "u",
            1,
            new ReplicaPlan.Assigned(List.of(List.of(2, 1))),
            TreePMap.empty(),
            TopicImage.BY_RULE));
    pass(20);
    assertEquals(List.of(2), partition("u", 0).isr());
    PartitionImage row = partition("u", 0);
    PartitionId id = new PartitionId(quorum.image().topic("u").orElseThrow().id(), row.partition());
    accept(
        new MetadataCommand.ChangeIsr(
            2,
            epoch(2),
            List.of(
                new IsrChange(
                    id,
                    row.leaderEpoch(),
                    row.partitionEpoch(),
                    List.of(
                        new IsrChange.Member(2, epoch(2)), new IsrChange.Member(1, epoch(1)))))));
    assertEquals(List.of(2, 1), partition("u", 0).isr());

    pass(20);

    assertEquals(List.of(2), partition("u", 0).isr());
  }

  private PartitionImage partition(String topic, int partition) {
    return quorum.image().topic(topic).orElseThrow().partitions().get(partition);
  }

  @Test
  void whoFlapsWaitsLongerEachTime() {
    for (int waitMs : new int[] {1_000, 2_000, 4_000}) {
      leaveAndComeBack(2);
      pass(waitMs - 10);
      isrIs(1, 3);
      pass(30);
      isrIs(1, 2, 3);
    }
  }
}
