package dev.milena.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds partitions of which an order to elect leaders would change the leader. Pure. */
public final class ElectablePartitions {
  private ElectablePartitions() {}

  /**
   * Of some topics.
   *
   * @param unclean as {@link MetadataCommand.ElectLeaders#unclean}
   * @param most how many to find at most
   * @return in the order of the topics
   */
  public static List<PartitionId> of(
      ClusterImage image, Iterable<TopicImage> topics, boolean unclean, int most) {
    List<PartitionId> found = new ArrayList<>();
    for (TopicImage topic : topics) {
      Eligibility eligibility = Eligibility.of(image, topic);
      for (PartitionImage row : topic.partitions()) {
        if (found.size() >= most) {
          return found;
        }
        if (ElectLeadersDecider.elected(row, eligibility, unclean).isPresent()) {
          found.add(new PartitionId(topic.id(), row.partition()));
        }
      }
    }
    return found;
  }

  /**
   * Whom an unclean order would make the leader of a partition that nobody leads; empty if none.
   */
  public static Optional<Integer> uncleanLeader(
      ClusterImage image, TopicImage topic, PartitionImage row) {
    return PartitionRules.electedUncleanly(row, Eligibility.of(image, topic))
        .map(PartitionImage::leader);
  }

  /** Of one partition. */
  public static boolean isOne(
      ClusterImage image, TopicImage topic, PartitionImage row, boolean unclean) {
    Optional<PartitionImage> led =
        ElectLeadersDecider.elected(row, Eligibility.of(image, topic), unclean);
    return led.isPresent();
  }
}
