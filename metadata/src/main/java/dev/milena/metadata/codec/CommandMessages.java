package dev.milena.metadata.codec;

import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataCommand.AlterTopic;
import dev.milena.metadata.MetadataCommand.CreateTopic;
import dev.milena.metadata.MetadataCommand.DeleteTopic;
import dev.milena.metadata.MetadataCommand.ElectLeaders;
import dev.milena.metadata.MetadataCommand.FenceBroker;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.metadata.MetadataCommand.UnfenceBroker;
import dev.milena.metadata.MetadataCommand.Unreadable;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.proto.peer.v1.AlterTopicCommand;
import dev.milena.proto.peer.v1.Assignment;
import dev.milena.proto.peer.v1.BrokerList;
import dev.milena.proto.peer.v1.Command;
import dev.milena.proto.peer.v1.CreateTopicCommand;
import dev.milena.proto.peer.v1.DeleteTopicCommand;
import dev.milena.proto.peer.v1.ElectLeadersCommand;
import dev.milena.proto.peer.v1.FenceBrokerCommand;
import dev.milena.proto.peer.v1.UnfenceBrokerCommand;
import java.util.List;

/** Commands as protobuf messages. */
final class CommandMessages {
  private CommandMessages() {}

  static Command of(MetadataCommand command) {
    Command.Builder message = Command.newBuilder();
    switch (command) {
      case CreateTopic create -> message.setCreateTopic(of(create));
      case AlterTopic alter -> message.setAlterTopic(of(alter));
      case DeleteTopic delete ->
          message.setDeleteTopic(
              DeleteTopicCommand.newBuilder()
                  .setName(delete.name())
                  .setExpectedId(IdBytes.of(delete.expectedId())));
      case RegisterBroker register -> message.setRegisterBroker(BrokerMessages.of(register));
      case FenceBroker fence ->
          message.setFenceBroker(
              FenceBrokerCommand.newBuilder()
                  .setBrokerId(fence.brokerId())
                  .setBrokerEpoch(fence.brokerEpoch()));
      case UnfenceBroker unfence ->
          message.setUnfenceBroker(
              UnfenceBrokerCommand.newBuilder()
                  .setBrokerId(unfence.brokerId())
                  .setBrokerEpoch(unfence.brokerEpoch()));
      case ElectLeaders elect ->
          message.setElectLeaders(
              ElectLeadersCommand.newBuilder()
                  .addAllPartitions(PartitionMessages.of(elect.partitions())));
      case Unreadable unreadable -> message.clearCommand();
    }
    return message.build();
  }

  static MetadataCommand command(Command message) throws UnreadableMetadata {
    return switch (message.getCommandCase()) {
      case CREATE_TOPIC -> create(message.getCreateTopic());
      case ALTER_TOPIC -> alter(message.getAlterTopic());
      case DELETE_TOPIC ->
          new DeleteTopic(
              message.getDeleteTopic().getName(),
              IdBytes.topic(message.getDeleteTopic().getExpectedId()));
      case REGISTER_BROKER -> BrokerMessages.register(message.getRegisterBroker());
      case FENCE_BROKER ->
          new FenceBroker(
              message.getFenceBroker().getBrokerId(), message.getFenceBroker().getBrokerEpoch());
      case UNFENCE_BROKER ->
          new UnfenceBroker(
              message.getUnfenceBroker().getBrokerId(),
              message.getUnfenceBroker().getBrokerEpoch());
      case ELECT_LEADERS ->
          new ElectLeaders(PartitionMessages.ids(message.getElectLeaders().getPartitionsList()));
      case COMMAND_NOT_SET -> new Unreadable();
    };
  }

  private static CreateTopicCommand of(CreateTopic create) {
    CreateTopicCommand.Builder message =
        CreateTopicCommand.newBuilder()
            .setName(create.name())
            .setPartitionCount(create.partitionCount())
            .addAllConfigs(ImageMessages.pairs(create.configs()))
            .setMinInsyncReplicas(create.minInsyncReplicas());
    switch (create.replicas()) {
      case ReplicaPlan.Factor factor -> message.setReplicationFactor(factor.replicationFactor());
      case ReplicaPlan.ByRule rule -> message.setVotersConfigured(rule.votersConfigured());
      case ReplicaPlan.Assigned assigned -> message.setAssigned(of(assigned));
    }
    return message.build();
  }

  private static Assignment of(ReplicaPlan.Assigned assigned) {
    Assignment.Builder message = Assignment.newBuilder();
    for (List<Integer> brokers : assigned.replicas()) {
      message.addPartitions(BrokerList.newBuilder().addAllBrokers(brokers));
    }
    return message.build();
  }

  private static CreateTopic create(CreateTopicCommand message) throws UnreadableMetadata {
    ReplicaPlan plan =
        switch (message.getReplicasCase()) {
          case REPLICATION_FACTOR -> new ReplicaPlan.Factor(message.getReplicationFactor());
          case VOTERS_CONFIGURED -> new ReplicaPlan.ByRule(message.getVotersConfigured());
          case ASSIGNED ->
              new ReplicaPlan.Assigned(
                  message.getAssigned().getPartitionsList().stream()
                      .map(BrokerList::getBrokersList)
                      .toList());
          case REPLICAS_NOT_SET -> throw new UnreadableMetadata("a topic without replicas");
        };
    return new CreateTopic(
        message.getName(),
        message.getPartitionCount(),
        plan,
        ImageMessages.map(message.getConfigsList()),
        message.getMinInsyncReplicas());
  }

  private static AlterTopicCommand of(AlterTopic alter) {
    return AlterTopicCommand.newBuilder()
        .setName(alter.name())
        .setPartitionCount(alter.partitionCount())
        .addAllSetConfigs(ImageMessages.pairs(alter.setConfigs()))
        .addAllDeleteConfigs(alter.deleteConfigs())
        .build();
  }

  private static AlterTopic alter(AlterTopicCommand message) {
    return new AlterTopic(
        message.getName(),
        message.getPartitionCount(),
        ImageMessages.map(message.getSetConfigsList()),
        message.getDeleteConfigsList());
  }
}
