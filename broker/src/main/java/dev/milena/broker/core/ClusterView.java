package dev.milena.broker.core;

import dev.milena.metadata.BrokerImage;
import java.util.List;

/**
 * The brokers of the cluster.
 *
 * @param clusterId of this cluster
 * @param answeredBy the id of this broker
 * @param brokers every registered broker, fenced ones included, sorted by id
 */
public record ClusterView(String clusterId, int answeredBy, List<BrokerImage> brokers) {
  /** Copies the list. */
  public ClusterView {
    brokers = List.copyOf(brokers);
  }
}
