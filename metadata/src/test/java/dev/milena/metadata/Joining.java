package dev.milena.metadata;

import java.util.List;

/** An in-sync replica more: what the change of the ISR by a leader will come to. */
final class Joining {
  private Joining() {}

  static MetadataRecord.PartitionChanged row(ClusterImage image, PartitionId id, int broker) {
    TopicImage topic = image.topic(id.topicId()).orElseThrow();
    PartitionImage before = topic.partition(id.partition()).orElseThrow();
    List<Integer> isr =
        before.replicas().stream().filter(r -> r == broker || before.isr().contains(r)).toList();
    List<Integer> elr =
        isr.size() >= topic.minInsyncReplicas()
            ? List.of()
            : before.elr().stream().filter(r -> r != broker).toList();
    return new MetadataRecord.PartitionChanged(
        id.topicId(),
        ReassignmentRules.completed(before.raised().with(isr, elr), Eligibility.of(image, topic)));
  }
}
