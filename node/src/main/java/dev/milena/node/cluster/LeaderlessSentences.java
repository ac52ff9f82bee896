package dev.milena.node.cluster;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.ElectablePartitions;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.TopicImage;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Says what an operator can do about a partition that nobody leads. Pure. */
final class LeaderlessSentences {
  private LeaderlessSentences() {}

  /** A clause without an end. */
  static String next(ClusterImage image, TopicImage topic, PartitionImage row) {
    TreeSet<Integer> holders = new TreeSet<>(row.isr());
    holders.addAll(row.elr());
    if (row.hasLastKnownLeader()) {
      holders.add(row.lastKnownLeader());
    }
    Optional<Integer> leader = ElectablePartitions.uncleanLeader(image, topic, row);
    String order =
        "kafkactl topics --elect-leaders --unclean --topic %s --partition %s makes broker %s its leader, and what that one does not have is lost"
            .formatted(topic.name(), row.partition(), leader.map(String::valueOf).orElse(""));
    if (!holders.isEmpty()) {
      String start =
          "start broker %s, which can lead it without loss".formatted(any(List.copyOf(holders)));
      return leader.isEmpty() ? start : "%s; if that never comes back, %s".formatted(start, order);
    }
    return leader.isEmpty()
        ? "nobody is known to have all of it, and none of its replicas %s is up; start one of them"
            .formatted(all(row.replicas()))
        : "nobody is known to have all of it; " + order;
  }

  private static String any(List<Integer> brokers) {
    return brokers.stream().map(String::valueOf).collect(Collectors.joining(" or "));
  }

  private static String all(List<Integer> brokers) {
    return brokers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
