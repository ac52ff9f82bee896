package dev.milena.client;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A topic with its partitions, from 0 without a gap.
 *
 * @param topicId base64url without padding, of 16 bytes
 * @param minInsyncReplicas min.insync.replicas as it holds for this topic: as set in the configs,
 *     or as it was stored with the topic when it was created
 * @param configs what was set for this topic; what holds by default is not in it
 */
public record TopicDetails(
    String name,
    String topicId,
    int replicationFactor,
    int minInsyncReplicas,
    List<PartitionDetails> partitions,
    SortedMap<String, String> configs) {
  /** Copies the collections. */
  public TopicDetails {
    partitions = List.copyOf(partitions);
    configs = Collections.unmodifiableSortedMap(new TreeMap<>(configs));
  }
}
