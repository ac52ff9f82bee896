package dev.milena.metadata;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds partitions that should be led by their preferred replica and can be: it is in sync, up and
 * not stopping. What to do about them, and when, is the controller's matter. Pure.
 */
public final class PreferredLeaders {
  private PreferredLeaders() {}

  /**
   * Of all brokers.
   *
   * @param most how many to find at most
   * @return sorted by topic id and number
   */
  public static List<PartitionId> of(ClusterImage image, int most) {
    return find(image, row -> true, most);
  }

  /**
   * Those of some brokers, for instance when they are back.
   *
   * @param most how many to find at most
   * @return sorted by topic id and number
   */
  public static List<PartitionId> of(ClusterImage image, Collection<Integer> brokers, int most) {
    return find(image, row -> brokers.contains(row.replicas().getFirst()), most);
  }

  private static List<PartitionId> find(
      ClusterImage image, Predicate<PartitionImage> wanted, int most) {
    List<PartitionId> found = new ArrayList<>();
    for (TopicImage topic : image.topics().values()) {
      Eligibility eligibility = Eligibility.of(image, topic);
      for (PartitionImage row : topic.partitions()) {
        if (found.size() >= most) {
          return found;
        }
        if (wanted.test(row) && PartitionRules.canBePreferred(row, eligibility)) {
          found.add(new PartitionId(topic.id(), row.partition()));
        }
      }
    }
    return found;
  }
}
