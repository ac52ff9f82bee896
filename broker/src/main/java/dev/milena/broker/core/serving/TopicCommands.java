package dev.milena.broker.core.serving;

import dev.milena.broker.core.TopicCall;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicId;
import java.util.List;
import org.pcollections.TreePMap;

/** Translates what a door asks into commands for the quorum, and its refusals back. Pure. */
final class TopicCommands {
  private final TopicDefaults defaults;

  TopicCommands(TopicDefaults defaults) {
    this.defaults = defaults;
  }

  MetadataCommand of(TopicCall call) {
    return switch (call) {
      case TopicCall.CreateTopicCall create ->
          new MetadataCommand.CreateTopic(
              create.topic(),
              create.partitions() == TopicCall.UNSET ? defaults.partitions() : create.partitions(),
              create.replicationFactor() == TopicCall.UNSET
                  ? defaults.replicas()
                  : new ReplicaPlan.Factor(create.replicationFactor()),
              TreePMap.fromSortedMap(create.configs()),
              defaults.minInsyncReplicas());
      case TopicCall.AlterTopicCall alter ->
          new MetadataCommand.AlterTopic(
              alter.topic(),
              alter.partitions() == TopicCall.UNSET
                  ? MetadataCommand.AlterTopic.UNCHANGED
                  : alter.partitions(),
              TreePMap.fromSortedMap(alter.setConfigs()),
              List.copyOf(alter.deleteConfigs()));
      case TopicCall.DeleteTopicCall delete ->
          new MetadataCommand.DeleteTopic(delete.topic(), TopicId.NONE);
    };
  }
}
