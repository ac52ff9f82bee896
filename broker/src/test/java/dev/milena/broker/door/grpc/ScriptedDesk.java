package dev.milena.broker.door.grpc;

import dev.milena.broker.core.PartitionName;
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
import dev.milena.broker.core.cluster.VoterStanding;
import dev.milena.broker.core.cluster.VoterView;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** The desk's lying twin: tells little, refuses, or names another node, as a test says. */
final class ScriptedDesk implements ClusterDesk {
  static final VoterView VOTER =
      new VoterView(
          1,
          "h1:9093",
          "kRb3Uy_0Q7eW8Wc8uX2q5A",
          9,
          1,
          20,
          new VoterStanding(VoterStanding.State.SILENT, "nobody listens there"));
  static final QuorumView QUORUM =
      new QuorumView(
          OptionalInt.of(1), 1, 3, new QuorumView.LogPlaces(0, 10, 9, -1), List.of(VOTER));

  /** What was asked with more than its name, in order. */
  final BlockingQueue<Object> asked = new LinkedBlockingQueue<>();

  private final Optional<Refusal> refusal;
  private volatile Optional<InetSocketAddress> other = Optional.empty();
  private volatile boolean silent;

  private ScriptedDesk(Optional<Refusal> refusal) {
    this.refusal = refusal;
  }

  /** Answers everything. */
  static ScriptedDesk telling() {
    return new ScriptedDesk(Optional.empty());
  }

  /** Refuses everything. */
  static ScriptedDesk refusing(Refusal refusal) {
    return new ScriptedDesk(Optional.of(refusal));
  }

  /** Takes calls and never answers. */
  static ScriptedDesk silent() {
    ScriptedDesk desk = telling();
    desk.silent = true;
    return desk;
  }

  /** Everything is to be asked of node 2, from now on. */
  void leaveTo(InetSocketAddress node2) {
    other = Optional.of(node2);
  }

  private <T> void answer(Consumer<? super DeskOutcome<T>> to, T told) {
    if (silent) {
      return;
    }
    if (refusal.isPresent()) {
      to.accept(new DeskOutcome.DeskRefused<>(refusal.get()));
    } else if (other.isPresent()) {
      InetSocketAddress node = other.get();
      to.accept(new DeskOutcome.AskNode<>(2, node.getHostString(), node.getPort()));
    } else {
      to.accept(new DeskOutcome.Answered<>(told));
    }
  }

  @Override
  public void describeNodes(Consumer<? super DeskOutcome<NodesView>> answer) {
    answer(answer, new NodesView("a-cluster", 1, OptionalInt.empty(), List.of()));
  }

  @Override
  public void describeQuorum(Consumer<? super DeskOutcome<QuorumView>> answer) {
    answer(answer, QUORUM);
  }

  @Override
  public void changeVoters(VoterCall call, Consumer<? super DeskOutcome<List<VoterView>>> answer) {
    asked.add(call);
    answer(answer, List.of(VOTER));
  }

  @Override
  public void decommission(DecommissionCall call, Consumer<? super DeskOutcome<Integer>> answer) {
    asked.add(call);
    answer(answer, call.brokerId());
  }

  @Override
  public void electLeaders(ElectionCall call, Consumer<? super DeskOutcome<ElectionView>> answer) {
    asked.add(call);
    answer(
        answer,
        new ElectionView(
            2,
            List.of(new ElectionView.UncleanLeader(new PartitionName("t", 1), 3, 7)),
            List.of(new ElectionView.Leaderless(new PartitionName("t", 2), "start broker 4")),
            5,
            true));
  }

  @Override
  public void move(MoveCall call, Consumer<? super DeskOutcome<MoveView>> answer) {
    asked.add(call);
    answer(answer, new MoveView(3, 2));
  }

  @Override
  public void drain(DrainCall call, Consumer<? super DeskOutcome<DrainView>> answer) {
    asked.add(call);
    answer(answer, new DrainView(9, 4));
  }

  @Override
  public void audit(AuditCall call, Consumer<? super DeskOutcome<AuditPage>> answer) {
    asked.add(call);
    answer(answer, new AuditPage(List.of(), OptionalLong.of(7), -1));
  }
}
