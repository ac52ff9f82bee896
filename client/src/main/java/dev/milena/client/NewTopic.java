package dev.milena.client;

import java.util.Collections;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A topic to be created.
 *
 * @param partitions empty: the cluster's num.partitions
 * @param replicationFactor empty: the cluster's default.replication.factor
 * @param configs by Kafka's names: retention.ms, segment.bytes ...
 */
public record NewTopic(
    String name,
    OptionalInt partitions,
    OptionalInt replicationFactor,
    SortedMap<String, String> configs) {
  /** Copies the configs. */
  public NewTopic {
    configs = Collections.unmodifiableSortedMap(new TreeMap<>(configs));
  }

  /** A topic of so many partitions and replicas, all else as the cluster has it. */
  public static NewTopic of(String name, int partitions, int replicationFactor) {
    return new NewTopic(
        name,
        OptionalInt.of(partitions),
        OptionalInt.of(replicationFactor),
        Collections.emptySortedMap());
  }
}
