package dev.milena.broker.core.serving;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.TopicCall;
import dev.milena.metadata.Decision;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.RefusalReason;
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

  static Refusal refusal(Decision.Refused refused) {
    return new Refusal(kindOf(refused.reason()), refused.message(), refused.about());
  }

  private static ErrorKind kindOf(RefusalReason reason) {
    return switch (reason) {
      case TOPIC_EXISTS -> ErrorKind.TOPIC_EXISTS;
      case UNKNOWN_TOPIC -> ErrorKind.UNKNOWN_TOPIC;
      case UNKNOWN_PARTITION -> ErrorKind.UNKNOWN_PARTITION;
      case INVALID_TOPIC -> ErrorKind.INVALID_TOPIC;
      case INVALID_PARTITIONS -> ErrorKind.INVALID_PARTITIONS;
      case INVALID_REPLICATION_FACTOR, INVALID_ASSIGNMENT -> ErrorKind.INVALID_REPLICATION_FACTOR;
      case UNKNOWN_CONFIG -> ErrorKind.UNKNOWN_CONFIG;
      case INVALID_CONFIG -> ErrorKind.INVALID_CONFIG;
      case NOT_ENOUGH_BROKERS -> ErrorKind.NOT_ENOUGH_BROKERS;
      case INVALID_BROKER,
          UNKNOWN_BROKER,
          BROKER_ID_IN_USE,
          BROKER_STOPPING,
          BROKER_NOT_FENCED,
          BROKER_HOLDS_REPLICAS,
          STALE_BROKER_EPOCH,
          STALE_TERM,
          COMMAND_TOO_LARGE,
          UNSUPPORTED_COMMAND ->
          ErrorKind.INVALID_REQUEST;
    };
  }
}
