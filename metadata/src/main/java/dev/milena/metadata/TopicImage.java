package dev.milena.metadata;

import java.util.List;
import java.util.Optional;
import org.pcollections.TreePMap;

/**
 * A topic as it is.
 *
 * @param defaultMinInsync min.insync.replicas that holds while no config sets it; fixed at creation
 * @param configs what was set for this topic, by key; values are in their plain form
 * @param acksBeforeFlush whether flush.policy=replicated was ever set for it: what a run that was
 *     killed has acknowledged of it may not be on its disk (replication rule 7). It stays so, since
 *     nobody knows which runs wrote under it
 * @param partitions partition n at place n; a flat list, copied for each command that changes some
 *     of it, which is 40 KB a copy where there are 10,000: whatever is stored or read looks one up
 */
public record TopicImage(
    TopicId id,
    String name,
    int defaultMinInsync,
    TreePMap<String, String> configs,
    boolean acksBeforeFlush,
    List<PartitionImage> partitions) {
  private static final String BEFORE_FLUSH = "replicated";

  /** Where a command carries a min.insync.replicas: let the rule choose it. */
  public static final int BY_RULE = 0;

  public TopicImage {
    partitions = List.copyOf(partitions);
  }

  /** As it is created. */
  static TopicImage created(
      TopicId id,
      String name,
      int defaultMinInsync,
      TreePMap<String, String> configs,
      List<PartitionImage> partitions) {
    return new TopicImage(
        id, name, defaultMinInsync, configs, setsBeforeFlush(configs), partitions);
  }

  /** The same topic from a change on. */
  TopicImage with(TreePMap<String, String> newConfigs, List<PartitionImage> newPartitions) {
    boolean beforeFlush = acksBeforeFlush || setsBeforeFlush(newConfigs);
    return new TopicImage(id, name, defaultMinInsync, newConfigs, beforeFlush, newPartitions);
  }

  private static boolean setsBeforeFlush(TreePMap<String, String> configs) {
    return BEFORE_FLUSH.equals(configs.get(TopicConfigKey.FLUSH_POLICY.key()));
  }

  public int partitionCount() {
    return partitions.size();
  }

  /** How many replicas the first partition has, or shall have when its reassignment is over. */
  public int replicationFactor() {
    return partitions.get(0).settledReplicas().size();
  }

  /** The partition of this number, if there is one. */
  public Optional<PartitionImage> partition(int partition) {
    return partition >= 0 && partition < partitions.size()
        ? Optional.of(partitions.get(partition))
        : Optional.empty();
  }

  /** What min.insync.replicas is for this topic now. */
  public int minInsyncReplicas() {
    String set = configs.get(TopicConfigKey.MIN_INSYNC_REPLICAS.key());
    return set == null ? defaultMinInsync : Integer.parseInt(set);
  }
}
