package dev.milena.metadata;

import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * What is different between two images, by id; look the values up in the newer one.
 *
 * @param topics created, changed and deleted topics
 * @param brokers ids of brokers whose row is new, changed or gone
 * @param voters whether other voters are noted
 */
public record ImageDelta(
    TreePMap<TopicId, TopicDelta> topics, TreePSet<Integer> brokers, boolean voters) {
  public static final ImageDelta NONE = new ImageDelta(TreePMap.empty(), TreePSet.empty(), false);

  public boolean isEmpty() {
    return topics.isEmpty() && brokers.isEmpty() && !voters;
  }

  /**
   * Compares whole images; linear in their size, so for a snapshot that took the place of steps.
   */
  public static ImageDelta between(ClusterImage before, ClusterImage after) {
    return ImageComparison.compare(before, after);
  }
}
