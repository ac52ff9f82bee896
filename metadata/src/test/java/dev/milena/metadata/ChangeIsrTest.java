package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.metadata.IsrChange.Fault;
import dev.milena.metadata.MetadataCommand.ChangeIsr;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

/** Replication rule 4: the ISR changes by its leader's command, compare-and-set. */
class ChangeIsrTest {
  /** Topic t on 1, 2 and 3, led by 1, which must be two; topic u led by 2. */
  private final ClusterScript cluster = ClusterScript.withBrokers(4);

  private final PartitionId t;

  ChangeIsrTest() {
    cluster.withTopic("t", "1,2,3").withTopic("u", "2,3");
    cluster.accept(
        ClusterScript.alter(
            "t",
            MetadataCommand.AlterTopic.UNCHANGED,
            TreePMap.singleton("min.insync.replicas", "2")));
    t = cluster.ids("t", 0).getFirst();
  }

  private PartitionImage row() {
    return cluster.partition("t", 0);
  }

  private List<IsrChange.Refused> ask(MetadataCommand command) {
    QuorumAnswer.Decided decided =
        assertInstanceOf(QuorumAnswer.Decided.class, cluster.apply(command));
    return assertInstanceOf(MetadataReply.IsrReply.class, decided.reply()).refused();
  }

  private void refused(Fault fault, MetadataCommand command) {
    PartitionImage before = row();
    assertEquals(List.of(new IsrChange.Refused(t, fault)), ask(command));
    assertEquals(before, row());
  }

  /** As the leader would ask, with other epochs. */
  private ChangeIsr asking(int leaderEpoch, int partitionEpoch, int... isr) {
    List<IsrChange.Member> members =
        Arrays.stream(isr).mapToObj(id -> new IsrChange.Member(id, cluster.epoch(id))).toList();
    return new ChangeIsr(
        1, cluster.epoch(1), List.of(new IsrChange(t, leaderEpoch, partitionEpoch, members)));
  }

  @Test
  void whoLagsLeavesAndIsNotEligibleWhileEnoughAreLeft() {
    assertEquals(List.of(), ask(cluster.inSync(t, 2, 1)));

    assertEquals(List.of(1, 2), row().isr());
    assertEquals(List.of(), row().elr());
    assertEquals(new Leadership(1, 0), row().leadership());
  }

  @Test
  void whoLeavesTooFewHoldsAllThatIsCommittedAndStaysEligible() {
    ask(cluster.inSync(t, 1, 2));
    ask(cluster.inSync(t, 1));
    assertEquals(List.of(1), row().isr());
    assertEquals(List.of(2), row().elr());

    ask(cluster.inSync(t, 1, 3));
    assertEquals(List.of(1, 3), row().isr());
    assertEquals(List.of(), row().elr());
  }

  @Test
  void aJoinEndsAReassignmentThatWaitedForIt() {
    cluster.accept(cluster.move("t", "4,2"));
    assertEquals(List.of(4, 2, 1, 3), row().replicas());

    ask(cluster.joining(t, 4));

    assertEquals(List.of(4, 2), row().replicas());
    assertEquals(new Leadership(4, 1), row().leadership());
  }

  @Test
  void whoIsBehindTheRowIsRefused() {
    ask(cluster.inSync(t, 1, 2));
    int epoch = row().partitionEpoch();

    refused(Fault.STALE_PARTITION_EPOCH, asking(0, epoch - 1, 1, 2, 3));
    refused(Fault.STALE_PARTITION_EPOCH, asking(0, epoch + 1, 1, 2, 3));
    refused(Fault.NOT_LEADER, asking(1, epoch, 1, 2, 3));
  }

  @Test
  void askingForWhatIsMakesEarlierChangesStale() {
    ChangeIsr doubtful = cluster.inSync(t, 1);

    assertEquals(List.of(), ask(cluster.inSync(t, 3, 2, 1)));

    assertEquals(List.of(1, 2, 3), row().isr());
    refused(Fault.STALE_PARTITION_EPOCH, doubtful);
  }

  @Test
  void theLeaderIsAmongThemAndTheyAreReplicasEachOnce() {
    int epoch = row().partitionEpoch();

    refused(Fault.NOT_REPLICAS, asking(0, epoch, 2, 3));
    refused(Fault.NOT_REPLICAS, asking(0, epoch));
    refused(Fault.NOT_REPLICAS, asking(0, epoch, 1, 4));
    refused(Fault.NOT_REPLICAS, asking(0, epoch, 1, 2, 2));
  }

  @Test
  void whoIsFencedStoppingOrInAnotherRunDoesNotJoin() {
    ask(cluster.inSync(t, 1));
    ChangeIsr early = cluster.joining(t, 3);

    cluster.accept(cluster.fence(3));
    refused(Fault.INELIGIBLE_REPLICA, cluster.joining(t, 3));
    cluster.accept(cluster.unfence(3));
    // the row is the same, and the run is another
    refused(Fault.INELIGIBLE_REPLICA, early);
    cluster.accept(cluster.stop(2));
    refused(Fault.INELIGIBLE_REPLICA, cluster.joining(t, 2));
    assertEquals(List.of(), ask(cluster.joining(t, 3)));
    assertEquals(List.of(1, 3), row().isr());
  }

  @Test
  void whoStopsAndIsInSyncStaysUntilItIsFenced() {
    cluster.accept(cluster.stop(2));

    assertEquals(List.of(), ask(cluster.inSync(t, 1, 2)));

    assertEquals(List.of(1, 2), row().isr());
  }

  @Test
  void eachPartitionIsDecidedAlone() {
    PartitionId u = cluster.ids("u", 0).getFirst();
    PartitionId gone = new PartitionId(t.topicId(), 7);
    IsrChange well = cluster.inSync(t, 1, 2).changes().getFirst();
    IsrChange foreign = cluster.inSync(u, 2).changes().getFirst();
    IsrChange unknown = new IsrChange(gone, 0, 0, List.of(new IsrChange.Member(1, 0)));

    assertEquals(
        List.of(
            new IsrChange.Refused(u, Fault.NOT_LEADER),
            new IsrChange.Refused(gone, Fault.UNKNOWN_PARTITION),
            new IsrChange.Refused(t, Fault.STALE_PARTITION_EPOCH)),
        ask(new ChangeIsr(1, cluster.epoch(1), List.of(foreign, well, unknown, well))));
    assertEquals(List.of(1, 2), row().isr());
    assertEquals(List.of(2, 3), cluster.partition("u", 0).isr());
  }

  @Test
  void anEarlierRunOfTheLeaderAndTooManyAtOnceAreRefusedAsAWhole() {
    ChangeIsr good = cluster.inSync(t, 1, 2);

    assertEquals(
        RefusalReason.STALE_BROKER_EPOCH,
        cluster.refuse(new ChangeIsr(1, cluster.epoch(1) - 1, good.changes())).reason());
    assertEquals(
        RefusalReason.UNKNOWN_BROKER, cluster.refuse(new ChangeIsr(9, 0, good.changes())).reason());
    assertEquals(
        RefusalReason.COMMAND_TOO_LARGE,
        cluster
            .refuse(
                new ChangeIsr(
                    1, cluster.epoch(1), Collections.nCopies(10_001, good.changes().getFirst())))
            .reason());
  }
}
