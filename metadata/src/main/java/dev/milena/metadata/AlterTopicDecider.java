package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.AlterTopic;
import dev.milena.metadata.MetadataRecord.PartitionChanged;
import dev.milena.metadata.MetadataRecord.PartitionsAdded;
import dev.milena.metadata.MetadataRecord.TopicConfigsChanged;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.pcollections.TreePMap;

/** Decides {@link AlterTopic}: everything it asks for happens, or nothing. */
final class AlterTopicDecider {
  private AlterTopicDecider() {}

  static Decision decide(ClusterImage image, AlterTopic alter, CommandStamp stamp) {
    Optional<TopicImage> topic = image.topic(alter.name());
    if (topic.isEmpty()) {
      return Refusals.unknownTopic(alter.name());
    }
    return switch (checkConfigs(alter)) {
      case TopicConfigs.Checked.Illegal illegal -> Refusals.config(alter.name(), illegal);
      case TopicConfigs.Checked.Legal legal ->
          alter.partitionCount() == AlterTopic.UNCHANGED
              ? accept(topic.get(), configRecords(topic.get(), legal.configs(), alter))
              : grow(image, topic.get(), legal.configs(), alter, stamp);
    };
  }

  private static TopicConfigs.Checked checkConfigs(AlterTopic alter) {
    for (String key : new TreeSet<>(alter.deleteConfigs())) {
      if (TopicConfigKey.of(key).isEmpty()) {
        return TopicConfigs.unknown(key);
      }
      if (alter.setConfigs().containsKey(key)) {
        return new TopicConfigs.Checked.Illegal(
            RefusalReason.INVALID_CONFIG,
            key,
            "config " + key + " cannot be set and deleted at once; do one of them");
      }
    }
    return TopicConfigs.check(alter.setConfigs());
  }

  private static Decision grow(
      ClusterImage image,
      TopicImage topic,
      TreePMap<String, String> configs,
      AlterTopic alter,
      CommandStamp stamp) {
    int present = topic.partitionCount();
    if (alter.partitionCount() <= present) {
      return Refusals.topic(
          RefusalReason.INVALID_PARTITIONS,
          topic.name(),
          "topic \"%s\" has %s partitions; partitions can only be raised, got %s"
              .formatted(topic.name(), present, alter.partitionCount()));
    }
    Optional<Decision.Refused> badCount =
        PartitionCounts.refuse(image, topic.name(), alter.partitionCount(), present);
    if (badCount.isPresent()) {
      return badCount.get();
    }
    int more = alter.partitionCount() - present;
    return switch (ReplicaPlacement.place(
        image, topic.partitions(), topic.replicationFactor(), more, stamp.seed())) {
      case Placement.Impossible impossible ->
          Refusals.topic(impossible.reason(), topic.name(), impossible.message());
      case Placement.Placed placed -> {
        List<MetadataRecord> records = configRecords(topic, configs, alter);
        records.add(
            new PartitionsAdded(topic.id(), NewPartitions.of(image, present, placed.replicas())));
        yield accept(topic, records);
      }
    };
  }

  private static Decision accept(TopicImage topic, List<MetadataRecord> records) {
    return new Decision.Accepted(records, new MetadataReply.TopicReply(topic.id()));
  }

  /** What really changes; asking for what is already so gives no record. */
  private static List<MetadataRecord> configRecords(
      TopicImage topic, TreePMap<String, String> wanted, AlterTopic alter) {
    TreePMap<String, String> set = TreePMap.empty();
    for (Map.Entry<String, String> entry : wanted.entrySet()) {
      if (!entry.getValue().equals(topic.configs().get(entry.getKey()))) {
        set = set.plus(entry.getKey(), entry.getValue());
      }
    }
    TreeSet<String> deleted = new TreeSet<>(alter.deleteConfigs());
    deleted.retainAll(topic.configs().keySet());
    List<MetadataRecord> records = new ArrayList<>();
    if (!set.isEmpty() || !deleted.isEmpty()) {
      TopicConfigsChanged changed = new TopicConfigsChanged(topic.id(), set, List.copyOf(deleted));
      records.add(changed);
      records.addAll(clearEligible(topic, changed));
    }
    return records;
  }

  /**
   * Empties the eligible leader replicas of partitions whose in-sync replicas suffice for a lowered
   * min.insync.replicas: from now on records are committed that those replicas do not hold
   * (replication rule 4). Where they still do not suffice nothing is committed, and the ELR stays
   * true.
   */
  private static List<MetadataRecord> clearEligible(TopicImage topic, TopicConfigsChanged changed) {
    TopicImage after =
        topic.with(
            topic.configs().minusAll(changed.deleted()).plusAll(changed.set()), topic.partitions());
    if (after.minInsyncReplicas() >= topic.minInsyncReplicas()) {
      return List.of();
    }
    List<MetadataRecord> records = new ArrayList<>();
    for (PartitionImage partition : topic.partitions()) {
      if (!partition.elr().isEmpty() && partition.isr().size() >= after.minInsyncReplicas()) {
        records.add(new PartitionChanged(topic.id(), PartitionRules.withoutEligible(partition)));
      }
    }
    return records;
  }
}
