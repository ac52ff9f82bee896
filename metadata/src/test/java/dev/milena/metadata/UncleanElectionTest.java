package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.milena.metadata.MetadataCommand.ElectLeaders;
import dev.milena.metadata.MetadataReply.ElectionReply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Replication rule 5: from anywhere else than ISR and ELR only by an operator's order. */
class UncleanElectionTest {
  private final ClusterScript cluster = ClusterScript.withBrokers(4).withTopic("t", "1,2,3");

  private ElectionReply elect(boolean unclean, int... partitions) {
    QuorumAnswer answer = cluster.apply(new ElectLeaders(cluster.ids("t", partitions), unclean));
    return (ElectionReply) ((QuorumAnswer.Decided) answer).reply();
  }

  /** 1 alone is in sync, and goes; 2 and 3 are up. */
  private void leaveTheRestBehind() {
    cluster.accept(cluster.inSync(cluster.ids("t", 0).getFirst(), 1, 2));
    cluster.accept(cluster.inSync(cluster.ids("t", 0).getFirst(), 1));
    cluster.accept(cluster.fence(2)).accept(ClusterScript.register(2, "", 22));
    cluster.accept(cluster.unfence(2)).accept(cluster.lost(2, "t", 0)).accept(cluster.fence(1));
  }

  @Test
  void byOrderTheFirstReplicaThatIsUpLeadsInTheNextEpochAndNobodyElseCounts() {
    leaveTheRestBehind();
    PartitionImage before = cluster.partition("t", 0);
    assertEquals(new ElectionReply(0, List.of()), elect(false, 0));
    assertFalse(cluster.partition("t", 0).hasLeader());

    assertEquals(new ElectionReply(1, cluster.ids("t", 0)), elect(true, 0));

    PartitionImage led = cluster.partition("t", 0);
    assertEquals(2, led.leader());
    assertEquals(before.leaderEpoch() + 1, led.leaderEpoch());
    assertEquals(before.partitionEpoch() + 1, led.partitionEpoch());
    assertEquals(List.of(2), led.isr());
    assertEquals(List.of(), led.elr(), "1 would take the partition back to before this");
    assertEquals(1, cluster.image().uncleanElections());
    assertEquals(
        new MetadataRecord.UncleanLeaderElected(
            cluster.topic("t").id(), 0, 2, before.leaderEpoch() + 1),
        cluster.entries().getLast().getFirst());
    cluster.accept(cluster.unfence(1));
    assertEquals(2, cluster.partition("t", 0).leader());
  }

  @Test
  void aPartitionThatHasALeaderOrAnEligibleReplicaIsNotTouched() {
    ClusterImage before = cluster.image();
    assertEquals(new ElectionReply(0, List.of()), elect(true, 0));
    assertEquals(before, cluster.image());

    leaveTheRestBehind();
    cluster.accept(cluster.unfence(1));
    assertEquals(1, cluster.partition("t", 0).leader());
    assertEquals(new ElectionReply(0, List.of()), elect(true, 0));
    assertEquals(0, cluster.image().uncleanElections());
  }

  @Test
  void withoutAReplicaThatIsUpThereIsStillNoLeader() {
    leaveTheRestBehind();
    cluster.accept(cluster.fence(2)).accept(cluster.stop(3)).accept(cluster.fence(3));

    assertEquals(new ElectionReply(0, List.of()), elect(true, 0));
    assertFalse(cluster.partition("t", 0).hasLeader());
  }

  @Test
  void whoWasThereBeforeAMoveComesBeforeWhoIsBeingAdded() {
    leaveTheRestBehind();
    cluster.accept(cluster.move("t", "4,3"));
    assertEquals(List.of(4, 3, 1, 2), cluster.partition("t", 0).replicas());

    assertEquals(new ElectionReply(1, cluster.ids("t", 0)), elect(true, 0));

    assertEquals(2, cluster.partition("t", 0).leader());
    assertEquals(List.of(4, 3), cluster.partition("t", 0).reassignment().target());
  }

  @Test
  void aMoveToWhoIsElectedIsOver() {
    leaveTheRestBehind();
    cluster.accept(cluster.move("t", "2"));

    assertEquals(new ElectionReply(1, cluster.ids("t", 0)), elect(true, 0));

    assertEquals(List.of(2), cluster.partition("t", 0).replicas());
    assertEquals(2, cluster.partition("t", 0).leader());
  }
}
