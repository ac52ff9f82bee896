package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.CreateTopic;
import java.util.List;
import java.util.Optional;
import org.pcollections.TreePMap;

/** Decides {@link CreateTopic}: name, configs, size, and where the replicas go. */
final class CreateTopicDecider {
  /** What the cluster's rule gives at most. */
  private static final int RULE_REPLICAS = 3;

  /** From this many replicas on, the rule wants two of them in sync. */
  private static final int RULE_TWO_IN_SYNC_FROM = 3;

  private CreateTopicDecider() {}

  static Decision decide(ClusterImage image, CreateTopic create, CommandStamp stamp) {
    Optional<Decision.Refused> badName = refuseName(image, create.name());
    if (badName.isPresent()) {
      return badName.get();
    }
    return switch (TopicConfigs.check(create.configs())) {
      case TopicConfigs.Checked.Illegal illegal -> Refusals.config(create.name(), illegal);
      case TopicConfigs.Checked.Legal legal -> place(image, create, legal.configs(), stamp);
    };
  }

  private static Optional<Decision.Refused> refuseName(ClusterImage image, String name) {
    Optional<String> fault = TopicNames.fault(name);
    if (fault.isPresent()) {
      return Optional.of(Refusals.topic(RefusalReason.INVALID_TOPIC, name, fault.get()));
    }
    if (image.topicIds().containsKey(name)) {
      return Optional.of(
          Refusals.topic(
              RefusalReason.TOPIC_EXISTS, name, "topic \"" + name + "\" exists already"));
    }
    String similar = image.similarNames().get(TopicNames.collisionKey(name));
    if (similar == null) {
      return Optional.empty();
    }
    return Optional.of(
        Refusals.topic(
            RefusalReason.INVALID_TOPIC,
            name,
            "topic \"%s\" collides with \"%s\": names that differ only in . and _ share their metrics; choose another"
                .formatted(name, similar)));
  }

  private static Decision place(
      ClusterImage image,
      CreateTopic create,
      TreePMap<String, String> configs,
      CommandStamp stamp) {
    Optional<Decision.Refused> badCount =
        PartitionCounts.refuse(image, create.name(), create.partitionCount(), 0);
    if (badCount.isPresent()) {
      return badCount.get();
    }
    Placement placement =
        switch (create.replicas()) {
          case ReplicaPlan.Factor factor ->
              ReplicaPlacement.place(
                  image,
                  List.of(),
                  factor.replicationFactor(),
                  create.partitionCount(),
                  stamp.seed());
          case ReplicaPlan.ByRule rule ->
              ReplicaPlacement.place(
                  image,
                  List.of(),
                  factorByRule(image, rule),
                  create.partitionCount(),
                  stamp.seed());
          case ReplicaPlan.Assigned assigned ->
              AssignedReplicas.check(image, assigned.replicas(), create.partitionCount());
        };
    return switch (placement) {
      case Placement.Impossible impossible ->
          Refusals.topic(impossible.reason(), create.name(), impossible.message());
      case Placement.Placed placed -> accept(image, create, configs, placed.replicas(), stamp);
    };
  }

  private static Decision accept(
      ClusterImage image,
      CreateTopic create,
      TreePMap<String, String> configs,
      List<List<Integer>> replicas,
      CommandStamp stamp) {
    TopicId id = unused(image, stamp.freshId());
    int minInsync =
        create.minInsyncReplicas() > TopicImage.BY_RULE
            ? create.minInsyncReplicas()
            : minInsyncByRule(replicas.getFirst().size());
    return new Decision.Accepted(
        List.of(
            new MetadataRecord.TopicCreated(
                id, create.name(), minInsync, configs, NewPartitions.of(image, 0, replicas))),
        new MetadataReply.TopicReply(id));
  }

  private static int factorByRule(ClusterImage image, ReplicaPlan.ByRule rule) {
    return Math.min(RULE_REPLICAS, Math.max(rule.votersConfigured(), image.brokers().size()));
  }

  private static int minInsyncByRule(int replicationFactor) {
    return replicationFactor >= RULE_TWO_IN_SYNC_FROM ? 2 : 1;
  }

  /** The stamped id, or the next one that is free: two leaders may in theory draw the same. */
  private static TopicId unused(ClusterImage image, TopicId fresh) {
    TopicId id = fresh;
    while (id.equals(TopicId.NONE) || image.topics().containsKey(id)) {
      id = new TopicId(id.high(), id.low() + 1);
    }
    return id;
  }
}
