package dev.milena.node.metrics;

import dev.milena.quorum.ratis.QuorumStatus;
import java.util.function.Supplier;

/** This node's place in the quorum. */
public final class QuorumMetrics {
  private QuorumMetrics() {}

  /** Registers all of them. */
  public static void register(NodeMetrics metrics, Supplier<QuorumStatus> status) {
    metrics.counter(
        "milena_quorum_terms_total",
        "The quorum's term as this node knows it; grows with every election.",
        () -> status.get().term());
    metrics.gauge(
        "milena_quorum_leading_nodes",
        "1 on the node that leads the quorum and is ready to decide, 0 elsewhere; the sum over all nodes is 1.",
        () -> status.get().leading() ? 1 : 0);
    metrics.gauge(
        "milena_quorum_known_leaders",
        "1 while this node knows a leader of the quorum, 0 while it knows none.",
        () -> status.get().leader().isPresent() ? 1 : 0);
  }
}
