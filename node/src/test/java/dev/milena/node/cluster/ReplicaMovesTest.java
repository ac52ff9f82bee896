package dev.milena.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.cluster.DeskOutcome;
import dev.milena.broker.core.cluster.DrainCall;
import dev.milena.broker.core.cluster.DrainView;
import dev.milena.broker.core.cluster.MoveCall;
import dev.milena.broker.core.cluster.MoveView;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Moves and drains as operators order them. */
class ReplicaMovesTest {
  private final DecidingQuorum quorum =
      DecidingQuorum.withBrokers(4).withTopic("t", "1,2", "2,1", "3,1");
  private final QuorumOrders orders = new QuorumOrders(quorum);

  private DeskOutcome<MoveView> ask(MoveCall.Wanted... wanted) throws InterruptedException {
    return new ReplicaMoves(orders)
        .move(new MoveCall(DecidingQuorum.CALLER, List.of(wanted), 1_000));
  }

  private MoveView told(MoveCall.Wanted... wanted) throws InterruptedException {
    return switch (ask(wanted)) {
      case DeskOutcome.Answered<MoveView>(MoveView view) -> view;
      case DeskOutcome<MoveView> other -> throw new AssertionError(other);
    };
  }

  private Refusal refused(MoveCall.Wanted... wanted) throws InterruptedException {
    return switch (ask(wanted)) {
      case DeskOutcome.DeskRefused<MoveView>(Refusal refusal) -> refusal;
      case DeskOutcome<MoveView> other -> throw new AssertionError(other);
    };
  }

  private DeskOutcome<DrainView> drain(int broker, boolean cancel) throws InterruptedException {
    return new Drains(orders).drain(new DrainCall(DecidingQuorum.CALLER, broker, cancel, 1_000));
  }

  private static MoveCall.Wanted to(int partition, Integer... replicas) {
    return new MoveCall.Wanted.To("t", partition, List.of(replicas));
  }

  private static MoveCall.Wanted back(OptionalInt partition) {
    return new MoveCall.Wanted.Back("t", partition);
  }

  @Test
  void movesAreBegunTogetherAndCalledBackOneOrAll() throws Exception {
    assertEquals(new MoveView(3, 3), told(to(0, 3, 2), to(1, 4, 1), to(2, 4, 1)));
    assertEquals(List.of(3, 2), quorum.row("t", 0).reassignment().target());

    assertEquals(new MoveView(1, 0), told(back(OptionalInt.of(1))));
    assertEquals(List.of(2, 1), quorum.row("t", 1).replicas());
    assertEquals(new MoveView(2, 0), told(back(OptionalInt.empty())));
    assertEquals(List.of(1, 2), quorum.row("t", 0).replicas());
  }

  @Test
  void aMoveIsOverWhenTheNewOnesAreInSync() throws Exception {
    var _ = told(to(0, 3, 2));
    quorum.inSync("t", 0, 1, 2, 3);

    assertEquals(List.of(3, 2), quorum.row("t", 0).replicas());
    assertEquals(new MoveView(0, 0), told(to(0, 3, 2)));
  }

  @Test
  void whatCannotBeIsRefusedByName() throws Exception {
    assertEquals(ErrorKind.UNKNOWN_PARTITION, refused(to(7, 1)).kind());
    assertEquals(
        ErrorKind.UNKNOWN_TOPIC, refused(new MoveCall.Wanted.To("u", 0, List.of(1))).kind());
    for (MoveCall.Wanted wrong : List.of(to(0), to(0, 1, 1), to(0, 9))) {
      assertEquals(ErrorKind.INVALID_ASSIGNMENT, refused(wrong).kind(), wrong.toString());
    }
    Refusal twice = refused(to(0, 3), to(0, 4));
    assertEquals(ErrorKind.INVALID_ASSIGNMENT, twice.kind());
    assertEquals("partition t-0 is named twice; name it once", twice.message());
  }

  @Test
  void thatNothingMovesIsSaidAndTheQuorumIsNotAsked() throws Exception {
    int before = quorum.commands();
    Refusal all = refused(back(OptionalInt.empty()));
    assertEquals(ErrorKind.NO_REASSIGNMENT, all.kind());
    assertTrue(all.message().startsWith("no partition of topic \"t\" moves"), all.message());
    Refusal one = refused(back(OptionalInt.of(2)));
    assertTrue(one.message().startsWith("partition t-2 does not move"), one.message());
    assertEquals("2", one.about().get("partition"));
    assertEquals(before, quorum.commands());
  }

  @Test
  void aDrainIsBegunAndCalledBackOrRefused() throws Exception {
    assertEquals(new DeskOutcome.Answered<>(new DrainView(3, 0)), drain(1, false));
    assertTrue(quorum.image().broker(1).orElseThrow().standing().draining());
    assertEquals(new DeskOutcome.Answered<>(new DrainView(3, 0)), drain(1, true));
    quorum.down(3);
    quorum.down(4);
    switch (drain(1, false)) {
      case DeskOutcome.DeskRefused<DrainView>(Refusal refusal) ->
          assertEquals(ErrorKind.NOT_ENOUGH_BROKERS, refusal.kind());
      case DeskOutcome<DrainView> other -> throw new AssertionError(other);
    }
  }
}
