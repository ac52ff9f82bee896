package dev.milena.broker.core;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A change of topics; it waits for the quorum, at most {@link #timeoutMs}. */
public sealed interface TopicCall {
  /** A count that was not given: the cluster's default, or as it is now. */
  int UNSET = -1;

  /** The longest wait a client may ask for, in milliseconds. */
  int MAX_TIMEOUT_MS = 300_000;

  /** Who asks. */
  Caller caller();

  /** The topic's name, unchecked. */
  String topic();

  /** How long to wait for the quorum, in milliseconds. */
  int timeoutMs();

  /**
   * Creates a topic.
   *
   * @param partitions how many, or {@link #UNSET}
   * @param replicationFactor how many copies, or {@link #UNSET}
   * @param configs Kafka's names and values
   * @param validateOnly check everything, change nothing
   */
  record CreateTopicCall(
      Caller caller,
      String topic,
      int partitions,
      int replicationFactor,
      SortedMap<String, String> configs,
      boolean validateOnly,
      int timeoutMs)
      implements TopicCall {
    /** Copies the map. */
    public CreateTopicCall {
      configs = Collections.unmodifiableSortedMap(new TreeMap<>(configs));
    }
  }

  /**
   * Raises the number of partitions, sets and deletes configs, all or nothing.
   *
   * @param partitions the new total, or {@link #UNSET}
   * @param setConfigs keys to set
   * @param deleteConfigs keys to put back to the cluster's default
   * @param validateOnly check everything, change nothing
   */
  record AlterTopicCall(
      Caller caller,
      String topic,
      int partitions,
      SortedMap<String, String> setConfigs,
      SortedSet<String> deleteConfigs,
      boolean validateOnly,
      int timeoutMs)
      implements TopicCall {
    /** Copies the collections. */
    public AlterTopicCall {
      setConfigs = Collections.unmodifiableSortedMap(new TreeMap<>(setConfigs));
      deleteConfigs = Collections.unmodifiableSortedSet(new TreeSet<>(deleteConfigs));
    }
  }

  /** Deletes a topic and its records. */
  record DeleteTopicCall(Caller caller, String topic, int timeoutMs) implements TopicCall {}
}
