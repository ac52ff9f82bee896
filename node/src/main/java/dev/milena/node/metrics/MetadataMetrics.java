package dev.milena.node.metrics;

import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.TopicImage;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The cluster as this node knows it. */
public final class MetadataMetrics {
  private MetadataMetrics() {}

  /**
   * Registers all of them.
   *
   * @param self this node's id
   * @param appliedIndex up to where this node has applied the quorum's log
   */
  public static void register(
      NodeMetrics metrics, int self, Supplier<ClusterImage> image, LongSupplier appliedIndex) {
    metrics.counter(
        "milena_metadata_applied_entries_total",
        "Entries of the quorum's log that this node has applied since the log began.",
        () -> appliedIndex.getAsLong() + 1);
    metrics.gauge(
        "milena_metadata_topics", "Topics of the cluster.", () -> image.get().topics().size());
    metrics.gauge(
        "milena_metadata_partitions",
        "Partitions of the cluster.",
        () -> image.get().partitionCount());
    metrics.gauge(
        "milena_metadata_leaderless_partitions",
        "Partitions of the cluster that nobody leads; they can be neither written nor read.",
        () -> count(image.get(), partition -> !partition.hasLeader()));
    metrics.gauge(
        "milena_metadata_moving_partitions",
        "Partitions of the cluster whose replicas are being moved to other brokers.",
        () -> count(image.get(), partition -> partition.reassignment().isUnderWay()));
    metrics.counter(
        "milena_metadata_uncleanly_elected_partitions_total",
        "Partitions that got a leader by the order to elect one uncleanly, since the cluster began; each may have lost records that were acknowledged.",
        () -> image.get().uncleanElections());
    metrics.gauge(
        "milena_metadata_under_replicated_partitions",
        "Partitions of the cluster with replicas that are not in sync.",
        () ->
            count(image.get(), partition -> partition.isr().size() < partition.replicas().size()));
    metrics.gauge(
        "milena_broker_led_partitions",
        "Partitions that this node leads.",
        () -> count(image.get(), partition -> partition.leader() == self));
    metrics.gauge(
        "milena_broker_held_partitions",
        "Partitions that this node has a replica of.",
        () -> count(image.get(), partition -> partition.replicas().contains(self)));
    metrics.gauges(
        "milena_metadata_brokers",
        "Registered brokers by state: up, fenced or stopping.",
        "state",
        () -> byState(image.get()));
  }

  private static double count(ClusterImage image, Predicate<PartitionImage> which) {
    long found = 0;
    for (TopicImage topic : image.topics().values()) {
      for (PartitionImage partition : topic.partitions()) {
        if (which.test(partition)) {
          found++;
        }
      }
    }
    return found;
  }

  private static SortedMap<String, Double> byState(ClusterImage image) {
    TreeMap<String, Double> states = new TreeMap<>();
    states.put("up", 0.0);
    states.put("fenced", 0.0);
    states.put("stopping", 0.0);
    for (BrokerImage broker : image.brokers().values()) {
      String state = broker.fenced() ? "fenced" : broker.stopping() ? "stopping" : "up";
      states.merge(state, 1.0, Double::sum);
    }
    return states;
  }
}
