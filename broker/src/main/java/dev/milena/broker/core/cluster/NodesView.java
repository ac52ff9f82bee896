package dev.milena.broker.core.cluster;

import java.util.List;
import java.util.OptionalInt;

/**
 * The nodes of the cluster.
 *
 * @param answeredBy id of the node that says so
 * @param quorumLeader who leads the quorum, where that is known
 * @param nodes every registered one, sorted by id
 */
public record NodesView(
    String clusterId, int answeredBy, OptionalInt quorumLeader, List<NodeView> nodes) {
  /** Copies the list. */
  public NodesView {
    nodes = List.copyOf(nodes);
  }
}
