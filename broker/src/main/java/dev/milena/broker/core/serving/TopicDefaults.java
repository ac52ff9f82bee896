package dev.milena.broker.core.serving;

import dev.milena.metadata.ReplicaPlan;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What holds for a topic that does not say otherwise: this broker's settings.
 *
 * @param partitions num.partitions
 * @param replicas default.replication.factor, or the cluster's rule
 * @param minInsyncReplicas min.insync.replicas as configured, or {@link
 *     dev.milena.metadata.TopicImage#BY_RULE}
 * @param configs log.retention.ms, flush.policy and so on, under the topic's key names
 * @param producerExpirationMs producer.id.expiration.ms
 */
public record TopicDefaults(
    int partitions,
    ReplicaPlan replicas,
    int minInsyncReplicas,
    SortedMap<String, String> configs,
    long producerExpirationMs) {
  /** Copies the map. */
  public TopicDefaults {
    configs = Collections.unmodifiableSortedMap(new TreeMap<>(configs));
  }
}
