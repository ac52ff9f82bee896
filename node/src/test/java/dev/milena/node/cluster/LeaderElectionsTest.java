package dev.milena.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.cluster.DeskOutcome;
import dev.milena.broker.core.cluster.ElectionCall;
import dev.milena.broker.core.cluster.ElectionView;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionMove;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Elections as operators order them. */
class LeaderElectionsTest {
  private final DecidingQuorum quorum = DecidingQuorum.withBrokers(3);
  private final LeaderElections elections = new LeaderElections(new QuorumOrders(quorum));

  private DeskOutcome<ElectionView> ask(Optional<String> topic, OptionalInt of, boolean unclean)
      throws InterruptedException {
    return elections.elect(new ElectionCall(DecidingQuorum.CALLER, topic, of, unclean, 1_000));
  }

  private ElectionView elect(String topic, boolean unclean) throws InterruptedException {
    Optional<String> named = topic.isEmpty() ? Optional.empty() : Optional.of(topic);
    return switch (ask(named, OptionalInt.empty(), unclean)) {
      case DeskOutcome.Answered<ElectionView>(ElectionView view) -> view;
      case DeskOutcome<ElectionView> other -> throw new AssertionError(other);
    };
  }

  private Refusal refused(String topic, OptionalInt of) throws InterruptedException {
    return switch (ask(Optional.of(topic), of, false)) {
      case DeskOutcome.DeskRefused<ElectionView>(Refusal refusal) -> refusal;
      case DeskOutcome<ElectionView> other -> throw new AssertionError(other);
    };
  }

  @Test
  void preferredLeadersAreElectedOfAllTopicsOrOfOneOrOfAPartition() throws Exception {
    quorum.withTopic("a", "1,2", "1,3").withTopic("b", "1,2");
    quorum.down(1);
    quorum.up(1);
    quorum.inSync("a", 0, 1, 2);
    quorum.inSync("a", 1, 1, 3);
    quorum.inSync("b", 0, 1, 2);

    var _ = ask(Optional.of("a"), OptionalInt.of(1), false);
    assertEquals(List.of(2, 1, 2), List.of(leader("a", 0), leader("a", 1), leader("b", 0)));
    assertEquals(1, elect("a", false).changed());
    assertEquals(List.of(1, 1, 2), List.of(leader("a", 0), leader("a", 1), leader("b", 0)));
    assertEquals(new ElectionView(1, List.of(), List.of(), 0, false), elect("", false));
    assertEquals(1, leader("b", 0));

    int before = quorum.commands();
    assertEquals(0, elect("", false).changed());
    assertEquals(before, quorum.commands(), "what would change nothing is not put to the quorum");
  }

  private int leader(String topic, int partition) {
    return quorum.row(topic, partition).leader();
  }

  @Test
  void whoHasNoLeaderIsNamedWithWhoCouldLeadItAndWhatTheOrderWouldCost() throws Exception {
    quorum.withTopic("dark", "1,2", "3,2").withTopic("fine", "2");
    quorum.inSync("dark", 0, 1);
    quorum.down(1);

    ElectionView view = elect("", false);

    assertEquals(0, view.changed());
    assertEquals(1, view.leaderlessCount());
    assertEquals(new PartitionName("dark", 0), view.leaderless().getFirst().where());
    assertEquals(
        "start broker 1, which can lead it without loss; if that never comes back, kafkactl topics"
            + " --elect-leaders --unclean --topic dark --partition 0 makes broker 2 its leader, and"
            + " what that one does not have is lost",
        view.leaderless().getFirst().next());
    quorum.down(2);
    assertEquals(
        "start broker 1, which can lead it without loss",
        elect("", false).leaderless().getFirst().next());
  }

  /** Who is being added may have nothing, though it is the first of the replicas. */
  @Test
  void whereAMoveIsUnderWayTheSentenceNamesWhomTheOrderElects() throws Exception {
    quorum.withTopic("dark", "1,2");
    PartitionId dark = new PartitionId(quorum.image().topic("dark").orElseThrow().id(), 0);
    PartitionMove.Aim away = new PartitionMove.Aim.Target(List.of(3, 2));
    quorum.decide(new MetadataCommand.ReassignPartitions(List.of(new PartitionMove(dark, away))));
    assertEquals(List.of(3, 2, 1), quorum.row("dark", 0).replicas());
    quorum.inSync("dark", 0, 1);
    quorum.down(1);

    String next = elect("", false).leaderless().getFirst().next();

    assertTrue(next.contains(" --partition 0 makes broker 2 its leader, and"), next);
    assertEquals(
        List.of(new ElectionView.UncleanLeader(new PartitionName("dark", 0), 2, 2)),
        elect("dark", true).unclean());
  }

  @Test
  void anUncleanOrderTouchesOnlyWhatNobodyEligibleCanLead() throws Exception {
    quorum.withTopic("dark", "1,2", "3,2").withTopic("gone", "1");
    quorum.inSync("dark", 0, 1);
    quorum.down(1);

    ElectionView view = elect("dark", true);

    assertEquals(1, view.changed());
    assertEquals(
        List.of(new ElectionView.UncleanLeader(new PartitionName("dark", 0), 2, 2)),
        view.unclean());
    assertEquals(3, leader("dark", 1));
    assertEquals(0, view.leaderlessCount());
    assertEquals(1, elect("gone", true).leaderlessCount(), "its one replica is down");
    assertFalse(quorum.row("gone", 0).hasLeader());
    assertEquals(1, quorum.image().uncleanElections());
  }

  @Test
  void asManyAsOneOrderChangesAreChangedAndTheRestIsSaid() throws Exception {
    int partitions = LeaderElections.MOST_AT_ONCE + 5;
    quorum.withTopic("many", Collections.nCopies(partitions, "1,2").toArray(String[]::new));
    quorum.down(1);
    quorum.up(1);
    for (int i = 0; i < partitions; i++) {
      quorum.inSync("many", i, 1, 2);
    }

    ElectionView first = elect("", false);
    ElectionView second = elect("", false);

    assertEquals(LeaderElections.MOST_AT_ONCE, first.changed());
    assertTrue(first.more());
    assertEquals(5, second.changed());
    assertFalse(second.more());
  }

  @Test
  void whatIsNotThereIsRefusedAndSoIsAQuorumThatCannotBeAsked() throws Exception {
    quorum.withTopic("t", "1");
    assertEquals(ErrorKind.UNKNOWN_TOPIC, refused("u", OptionalInt.empty()).kind());
    Refusal partition = refused("t", OptionalInt.of(1));
    assertEquals(ErrorKind.UNKNOWN_PARTITION, partition.kind());
    assertEquals("topic \"t\" has no partition 1: it has 1, counted from 0", partition.message());
    quorum.cutOff();
    Refusal cutOff = refused("t", OptionalInt.empty());
    assertEquals(ErrorKind.QUORUM_UNAVAILABLE, cutOff.kind());
    assertTrue(cutOff.message().contains("nothing was changed"), cutOff.message());
  }
}
