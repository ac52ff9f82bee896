package dev.milena.node.cluster;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.cluster.AuditCall;
import dev.milena.broker.core.cluster.AuditPage;
import dev.milena.broker.core.cluster.ClusterDesk;
import dev.milena.broker.core.cluster.DecommissionCall;
import dev.milena.broker.core.cluster.DeskOutcome;
import dev.milena.broker.core.cluster.DrainCall;
import dev.milena.broker.core.cluster.DrainView;
import dev.milena.broker.core.cluster.ElectionCall;
import dev.milena.broker.core.cluster.ElectionView;
import dev.milena.broker.core.cluster.MoveCall;
import dev.milena.broker.core.cluster.MoveView;
import dev.milena.broker.core.cluster.NodesView;
import dev.milena.broker.core.cluster.QuorumView;
import dev.milena.broker.core.cluster.VoterCall;
import dev.milena.broker.core.cluster.VoterView;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** The desk of this node: each call on a virtual thread of its own, which may wait. */
@OwnedBy(Owner.ANY_THREAD)
final class NodeDesk implements ClusterDesk {
  /** People and their scripts ask; more than so many at once is a mistake. */
  static final int MOST = 64;

  private final Semaphore free = new Semaphore(MOST);
  private final ExecutorService callers;
  private final NodeTable nodes;
  private final QuorumSketch quorum;
  private final QuorumVoters voters;
  private final Changes changes;
  private final AuditReader audit;

  /** What operators order of the quorum. */
  record Changes(
      Departures departures, LeaderElections elections, ReplicaMoves moves, Drains drains) {}

  /**
   * A desk.
   *
   * @param callers makes a virtual thread for each call; the creator closes it
   */
  NodeDesk(
      ExecutorService callers,
      NodeTable nodes,
      QuorumSketch quorum,
      QuorumVoters voters,
      Changes changes,
      AuditReader audit) {
    this.callers = callers;
    this.nodes = nodes;
    this.quorum = quorum;
    this.voters = voters;
    this.changes = changes;
    this.audit = audit;
  }

  @Override
  public void describeNodes(Consumer<? super DeskOutcome<NodesView>> answer) {
    aside(answer, nodes::describe);
  }

  @Override
  public void describeQuorum(Consumer<? super DeskOutcome<QuorumView>> answer) {
    aside(answer, quorum::describe);
  }

  @Override
  public void changeVoters(VoterCall call, Consumer<? super DeskOutcome<List<VoterView>>> answer) {
    aside(answer, () -> voters.change(call));
  }

  @Override
  public void decommission(DecommissionCall call, Consumer<? super DeskOutcome<Integer>> answer) {
    aside(answer, () -> changes.departures().decommission(call));
  }

  @Override
  public void electLeaders(ElectionCall call, Consumer<? super DeskOutcome<ElectionView>> answer) {
    aside(answer, () -> changes.elections().elect(call));
  }

  @Override
  public void move(MoveCall call, Consumer<? super DeskOutcome<MoveView>> answer) {
    aside(answer, () -> changes.moves().move(call));
  }

  @Override
  public void drain(DrainCall call, Consumer<? super DeskOutcome<DrainView>> answer) {
    aside(answer, () -> changes.drains().drain(call));
  }

  @Override
  public void audit(AuditCall call, Consumer<? super DeskOutcome<AuditPage>> answer) {
    aside(answer, () -> audit.page(call));
  }

  /** A call; blocks. */
  private interface Work<T> {
    DeskOutcome<T> done() throws InterruptedException;
  }

  private <T> void aside(Consumer<? super DeskOutcome<T>> answer, Work<T> work) {
    if (!free.tryAcquire()) {
      answer.accept(
          new DeskOutcome.DeskRefused<>(
              Refusal.overloaded(
                  "%s calls about the cluster are being answered already".formatted(MOST))));
      return;
    }
    try {
      callers.execute(() -> {
        DeskOutcome<T> outcome =
            refused(ErrorKind.INTERNAL, "the call failed; this node's log says more");
        try {
          outcome = work.done();
        } catch (InterruptedException stopping) {
          Thread.currentThread().interrupt();
          outcome = refused(ErrorKind.SHUTTING_DOWN, "this node is stopping; ask another");
        } finally {
          free.release();
          answer.accept(outcome);
        }
      });
    } catch (RejectedExecutionException stopping) {
      free.release();
      answer.accept(refused(ErrorKind.SHUTTING_DOWN, "this node is stopping; ask another"));
    }
  }

  private static <T> DeskOutcome<T> refused(ErrorKind kind, String message) {
    return new DeskOutcome.DeskRefused<>(Refusal.of(kind, message));
  }
}
