package dev.milena.metadata;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Finds partitions that are not led by their preferred replica, though they could be. Pure. */
public final class PreferredLeaders {
  private PreferredLeaders() {}

  /**
   * The partitions that one of these brokers should lead, can lead, and does not; in order of topic
   * id and number. One pass over all partitions.
   *
   * @param limit at most so many
   */
  public static List<PartitionId> misplaced(
      ClusterImage image, Collection<Integer> brokers, int limit) {
    List<PartitionId> found = new ArrayList<>();
    for (TopicImage topic : image.topics().values()) {
      Eligibility eligibility = Eligibility.of(image, topic);
      for (PartitionImage partition : topic.partitions()) {
        if (found.size() == limit) {
          return found;
        }
        int preferred = partition.replicas().getFirst();
        boolean wanted =
            brokers.contains(preferred)
                && PartitionRules.preferred(partition, eligibility).isPresent();
        if (wanted) {
          found.add(new PartitionId(topic.id(), partition.partition()));
        }
      }
    }
    return found;
  }
}
