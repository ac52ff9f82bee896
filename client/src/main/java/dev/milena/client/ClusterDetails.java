package dev.milena.client;

import java.util.List;

/**
 * The cluster and its brokers, sorted by id.
 *
 * @param answeredBy id of the broker that said so
 */
public record ClusterDetails(String clusterId, List<BrokerDetails> brokers, int answeredBy) {
  /** Copies the list. */
  public ClusterDetails {
    brokers = List.copyOf(brokers);
  }
}
