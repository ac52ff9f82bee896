package dev.milena.client;

import java.util.List;
import java.util.OptionalInt;

/**
 * The nodes of a cluster, sorted by id.
 *
 * @param quorumLeader who leads the quorum, where that is known
 * @param answeredBy id of the node that said so
 */
public record ClusterNodes(
    String clusterId, List<NodeDetails> nodes, OptionalInt quorumLeader, int answeredBy) {
  /** Copies the list. */
  public ClusterNodes {
    nodes = List.copyOf(nodes);
  }
}
