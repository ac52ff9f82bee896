package dev.milena.client;

import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What shall change about a topic, all or nothing.
 *
 * @param partitions the new total; empty leaves it
 * @param deleteConfigs back to the cluster's default
 */
public record TopicChange(
    String name,
    OptionalInt partitions,
    SortedMap<String, String> setConfigs,
    List<String> deleteConfigs) {
  /** Copies the collections. */
  public TopicChange {
    setConfigs = Collections.unmodifiableSortedMap(new TreeMap<>(setConfigs));
    deleteConfigs = List.copyOf(deleteConfigs);
  }
}
