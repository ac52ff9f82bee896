package dev.milena.metadata.codec;

import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataCommand.AlterTopic;
import dev.milena.metadata.MetadataCommand.ChangeIsr;
import dev.milena.metadata.MetadataCommand.CheckStateHash;
import dev.milena.metadata.MetadataCommand.CreateTopic;
import dev.milena.metadata.MetadataCommand.DecommissionBroker;
import dev.milena.metadata.MetadataCommand.DeleteTopic;
import dev.milena.metadata.MetadataCommand.ElectLeaders;
import dev.milena.metadata.MetadataCommand.FenceBroker;
import dev.milena.metadata.MetadataCommand.NoteVoters;
import dev.milena.metadata.MetadataCommand.ReassignPartitions;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.metadata.MetadataCommand.ReportLostReplicas;
import dev.milena.metadata.MetadataCommand.StopBroker;
import dev.milena.metadata.MetadataCommand.UnfenceBroker;
import dev.milena.metadata.MetadataCommand.Unreadable;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.proto.peer.v1.AlterTopicCommand;
import dev.milena.proto.peer.v1.Assignment;
import dev.milena.proto.peer.v1.BrokerList;
import dev.milena.proto.peer.v1.CheckStateHashCommand;
import dev.milena.proto.peer.v1.Command;
import dev.milena.proto.peer.v1.CreateTopicCommand;
import dev.milena.proto.peer.v1.DeleteTopicCommand;
import dev.milena.proto.peer.v1.ElectLeadersCommand;
import java.util.List;

/** Commands as protobuf messages. */
final class CommandMessages {
  private CommandMessages() {}

  static Command of(MetadataCommand command) {
    Command.Builder message = Command.newBuilder();
    switch (command) {
      case CreateTopic create -> message.setCreateTopic(of(create));
      case AlterTopic alter -> message.setAlterTopic(of(alter));
      case DeleteTopic delete -> message.setDeleteTopic(of(delete));
      case RegisterBroker register -> message.setRegisterBroker(BrokerCommandMessages.of(register));
      case FenceBroker fence -> message.setFenceBroker(BrokerCommandMessages.of(fence));
      case UnfenceBroker unfence -> message.setUnfenceBroker(BrokerCommandMessages.of(unfence));
      case ChangeIsr change -> message.setChangeIsr(IsrMessages.of(change));
      case ReportLostReplicas lost -> message.setReportLostReplicas(BrokerCommandMessages.of(lost));
      case StopBroker stop -> message.setStopBroker(BrokerCommandMessages.of(stop));
      case DecommissionBroker decommission ->
          message.setDecommissionBroker(BrokerCommandMessages.of(decommission));
      case ElectLeaders elect -> message.setElectLeaders(of(elect));
      case ReassignPartitions reassign ->
          message.setReassignPartitions(PartitionMessages.of(reassign));
      case MetadataCommand.DrainBroker drain ->
          message.setDrainBroker(BrokerCommandMessages.of(drain));
      case NoteVoters note -> message.setNoteVoters(VoterMessages.of(note));
      case MetadataCommand.AllocateProducerIds allocate ->
          message.setAllocateProducerIds(BrokerCommandMessages.of(allocate));
      case CheckStateHash check -> message.setCheckStateHash(of(check));
      case Unreadable unreadable -> message.clearCommand();
    }
    return message.build();
  }

  static MetadataCommand command(Command message) throws UnreadableMetadata {
    return switch (message.getCommandCase()) {
      case CREATE_TOPIC -> create(message.getCreateTopic());
      case ALTER_TOPIC -> alter(message.getAlterTopic());
      case DELETE_TOPIC -> delete(message.getDeleteTopic());
      case REGISTER_BROKER -> BrokerCommandMessages.register(message.getRegisterBroker());
      case FENCE_BROKER -> BrokerCommandMessages.fence(message.getFenceBroker());
      case UNFENCE_BROKER -> BrokerCommandMessages.unfence(message.getUnfenceBroker());
      case CHANGE_ISR -> IsrMessages.change(message.getChangeIsr());
      case REPORT_LOST_REPLICAS -> BrokerCommandMessages.lost(message.getReportLostReplicas());
      case STOP_BROKER -> BrokerCommandMessages.stop(message.getStopBroker());
      case DECOMMISSION_BROKER ->
          BrokerCommandMessages.decommission(message.getDecommissionBroker());
      case ELECT_LEADERS ->
          new ElectLeaders(
              PartitionMessages.ids(message.getElectLeaders().getPartitionsList()),
              message.getElectLeaders().getUnclean());
      case REASSIGN_PARTITIONS -> PartitionMessages.reassign(message.getReassignPartitions());
      case DRAIN_BROKER ->
          new MetadataCommand.DrainBroker(
              message.getDrainBroker().getBrokerId(), message.getDrainBroker().getCancel());
      case NOTE_VOTERS -> VoterMessages.note(message.getNoteVoters());
      case ALLOCATE_PRODUCER_IDS ->
          BrokerCommandMessages.allocate(message.getAllocateProducerIds());
      case CHECK_STATE_HASH ->
          new CheckStateHash(
              message.getCheckStateHash().getIndex(), message.getCheckStateHash().getStateHash());
      case COMMAND_NOT_SET -> new Unreadable();
    };
  }

  private static ElectLeadersCommand of(ElectLeaders elect) {
    return ElectLeadersCommand.newBuilder()
        .addAllPartitions(PartitionMessages.of(elect.partitions()))
        .setUnclean(elect.unclean())
        .build();
  }

  private static CheckStateHashCommand of(CheckStateHash check) {
    return CheckStateHashCommand.newBuilder()
        .setIndex(check.index())
        .setStateHash(check.stateHash())
        .build();
  }

  private static DeleteTopicCommand of(DeleteTopic delete) {
    return DeleteTopicCommand.newBuilder()
        .setName(delete.name())
        .setExpectedId(IdBytes.of(delete.expectedId()))
        .build();
  }

  private static DeleteTopic delete(DeleteTopicCommand message) throws UnreadableMetadata {
    return new DeleteTopic(message.getName(), IdBytes.topic(message.getExpectedId()));
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
