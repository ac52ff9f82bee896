package dev.milena.metadata;

import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * What is different between two images, by id; look the values up in the newer one.
 *
 * @param topics created, changed and deleted topics
 * @param brokers ids of brokers whose row is new, changed or gone
 */
public record ImageDelta(TreePMap<TopicId, TopicDelta> topics, TreePSet<Integer> brokers) {
  public static final ImageDelta NONE = new ImageDelta(TreePMap.empty(), TreePSet.empty());

  public boolean isEmpty() {
    return topics.isEmpty() && brokers.isEmpty();
  }

  /**
   * Compares whole images; linear in their size, so for a snapshot that took the place of steps.
   */
  public static ImageDelta between(ClusterImage before, ClusterImage after) {
    return ImageComparison.compare(before, after);
  }
}
