package dev.milena.cli;

import dev.milena.client.PartitionDetails;
import dev.milena.client.TopicDetails;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * Which partitions {@code kafkactl topics --describe} shows: those with a trouble, if one is named.
 * Kafka's longer names are understood, too.
 */
final class ShownPartitions {
  @Option(
      names = {"--under-replicated", "--under-replicated-partitions"},
      description = "With --describe: only partitions of which a replica is not in sync.")
  private boolean underReplicated;

  @Option(
      names = {"--under-min-isr", "--under-min-isr-partitions"},
      description =
          "With --describe: only partitions with fewer in sync than min.insync.replicas, which"
              + " refuse acks=all.")
  private boolean underMinIsr;

  @Option(
      names = {"--unavailable", "--unavailable-partitions"},
      description = "With --describe: only partitions that nobody leads.")
  private boolean unavailable;

  /** The options that were given. */
  List<String> given() {
    List<String> given = new ArrayList<>();
    TopicActions.addIf(underReplicated, "--under-replicated", given);
    TopicActions.addIf(underMinIsr, "--under-min-isr", given);
    TopicActions.addIf(unavailable, "--unavailable", given);
    return given;
  }

  /** Those of a topic that have the trouble; of several, any. */
  List<PartitionDetails> of(TopicDetails topic) {
    return topic.partitions().stream()
        .filter(one ->
            (underReplicated && one.isr().size() < one.replicas().size())
                || (underMinIsr && one.isr().size() < topic.minInsyncReplicas())
                || (unavailable && one.leader().isEmpty()))
        .toList();
  }
}
