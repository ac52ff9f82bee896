package dev.milena.broker.core.cluster;

import java.util.List;
import java.util.function.Consumer;

/**
 * Looks after the cluster: its nodes, who votes, and who changed what. Every node has one; what
 * only another node can answer, it says where to ask.
 *
 * <p>No method waits. Each answer is given exactly once, on a thread of the desk's choice: the
 * receiver must not block for long and must not throw. As many calls as the desk carries out at
 * once are bounded; over that a call is refused with OVERLOADED.
 */
public interface ClusterDesk {
  /** How long a call takes at most that names no time itself, in milliseconds. */
  long READ_MS = 15_000;

  /** How long another node is waited for that is asked how the quorum is, in milliseconds. */
  long LOOK_MS = 4_000;

  /** Every registered node, with what those say of themselves that answer within a second. */
  void describeNodes(Consumer<? super DeskOutcome<NodesView>> answer);

  /** The quorum as its leader sees it; or this node, while it knows of none. */
  void describeQuorum(Consumer<? super DeskOutcome<QuorumView>> answer);

  /** Changes who votes; answered with the voters when the quorum has agreed. */
  void changeVoters(VoterCall call, Consumer<? super DeskOutcome<List<VoterView>>> answer);

  /** Drains a broker; answered when every broker that is up shows it begun, or a second later. */
  void drain(DrainCall call, Consumer<? super DeskOutcome<DrainView>> answer);

  /** Forgets a broker that is gone for good; answered with its id when every broker knows. */
  void decommission(DecommissionCall call, Consumer<? super DeskOutcome<Integer>> answer);

  /** Elects leaders; answered when every broker that is up shows them, or a second later. */
  void electLeaders(ElectionCall call, Consumer<? super DeskOutcome<ElectionView>> answer);

  /** Moves replicas; answered when every broker that is up shows it begun, or a second later. */
  void move(MoveCall call, Consumer<? super DeskOutcome<MoveView>> answer);

  /** A page of the history of changes. */
  void audit(AuditCall call, Consumer<? super DeskOutcome<AuditPage>> answer);
}
