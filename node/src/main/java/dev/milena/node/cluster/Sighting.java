package dev.milena.node.cluster;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.QuorumRefusals;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.cluster.DeskOutcome;
import dev.milena.quorum.grpc.connection.PeerAddress;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How the quorum looks from here, now.
 *
 * @param leader node id of who leads it; empty while nobody is known to
 * @param leaderAt that node's client port; empty while it has not registered
 * @param voters who votes; empty when this node could not find out
 * @param member the client port of a node that has a member and knows of no leader either; empty
 *     when none was met, or one with a leader was
 */
record Sighting(
    OptionalInt leader,
    Optional<PeerAddress> leaderAt,
    Optional<SortedSet<Integer>> voters,
    Optional<PeerAddress> member) {
  /** Copies the voters. */
  Sighting {
    voters = voters.map(ids -> Collections.unmodifiableSortedSet(new TreeSet<>(ids)));
  }

  /** Nobody is known to lead, and who votes is not known. */
  static Sighting none(Optional<PeerAddress> member) {
    return new Sighting(OptionalInt.empty(), Optional.empty(), Optional.empty(), member);
  }

  /** As somebody sees it who takes part, or was told by one who does. */
  static Sighting of(
      OptionalInt leader, Optional<PeerAddress> leaderAt, Optional<SortedSet<Integer>> voters) {
    return new Sighting(leader, leaderAt, voters, Optional.empty());
  }

  /** Whether a node votes, as far as is known. */
  boolean votes(int nodeId) {
    return voters.map(ids -> ids.contains(nodeId)).orElse(false);
  }

  /** Sends a question to the leader; {@code self} is asked already. */
  <T> DeskOutcome<T> askLeader(int self) {
    return atLeader(self, "try again");
  }

  /** Sends a wish to change something to the leader; {@code self} is asked already. */
  <T> DeskOutcome<T> changeAtLeader(int self) {
    return atLeader(self, "nothing was changed, try again");
  }

  private <T> DeskOutcome<T> atLeader(int self, String next) {
    if (leader.isEmpty()) {
      return no(
          "the quorum has no leader that node %s knows of".formatted(self),
          next + QuorumRefusals.IF_IT_LASTS);
    }
    int id = leader.getAsInt();
    if (id == self) {
      return no(
          "node %s has just been elected to lead the quorum and is not ready yet".formatted(id),
          next);
    }
    return leaderAt
        .<DeskOutcome<T>>map(at -> new DeskOutcome.AskNode<>(id, at.host(), at.port()))
        .orElseGet(() ->
            no("node %s leads the quorum and has not registered as a broker".formatted(id), next));
  }

  private static <T> DeskOutcome<T> no(String why, String next) {
    return new DeskOutcome.DeskRefused<>(
        Refusal.of(ErrorKind.QUORUM_UNAVAILABLE, why + "; " + next));
  }
}
