package dev.milena.metadata.codec;

import dev.milena.metadata.IsrChange;
import dev.milena.metadata.MetadataCommand.ChangeIsr;
import dev.milena.metadata.MetadataReply;
import dev.milena.metadata.PartitionId;
import dev.milena.proto.peer.v1.ChangeIsrCommand;
import dev.milena.proto.peer.v1.InSyncReplica;
import dev.milena.proto.peer.v1.IsrOfPartition;
import dev.milena.proto.peer.v1.IsrRefusal;
import dev.milena.proto.peer.v1.IsrReply;
import java.util.ArrayList;
import java.util.List;

/** Changes of in-sync replicas as protobuf messages. */
final class IsrMessages {
  private IsrMessages() {}

  static ChangeIsrCommand of(ChangeIsr command) {
    ChangeIsrCommand.Builder message =
        ChangeIsrCommand.newBuilder()
            .setBrokerId(command.brokerId())
            .setBrokerEpoch(command.brokerEpoch());
    for (IsrChange change : command.changes()) {
      message.addChanges(of(change));
    }
    return message.build();
  }

  private static IsrOfPartition of(IsrChange change) {
    IsrOfPartition.Builder message =
        IsrOfPartition.newBuilder()
            .setTopicId(IdBytes.of(change.partition().topicId()))
            .setPartition(change.partition().partition())
            .setLeaderEpoch(change.leaderEpoch())
            .setPartitionEpoch(change.partitionEpoch());
    for (IsrChange.Member member : change.isr()) {
      message.addIsr(
          InSyncReplica.newBuilder()
              .setBrokerId(member.brokerId())
              .setBrokerEpoch(member.brokerEpoch()));
    }
    return message.build();
  }

  static ChangeIsr change(ChangeIsrCommand message) throws UnreadableMetadata {
    List<IsrChange> changes = new ArrayList<>();
    for (IsrOfPartition one : message.getChangesList()) {
      List<IsrChange.Member> isr = new ArrayList<>();
      for (InSyncReplica member : one.getIsrList()) {
        isr.add(new IsrChange.Member(member.getBrokerId(), member.getBrokerEpoch()));
      }
      changes.add(
          new IsrChange(
              new PartitionId(IdBytes.topic(one.getTopicId()), one.getPartition()),
              one.getLeaderEpoch(),
              one.getPartitionEpoch(),
              isr));
    }
    return new ChangeIsr(message.getBrokerId(), message.getBrokerEpoch(), changes);
  }

  static IsrReply of(MetadataReply.IsrReply reply) {
    IsrReply.Builder message = IsrReply.newBuilder();
    for (IsrChange.Refused refused : reply.refused()) {
      message.addRefused(
          IsrRefusal.newBuilder()
              .setTopicId(IdBytes.of(refused.partition().topicId()))
              .setPartition(refused.partition().partition())
              .setFault(refused.fault().name()));
    }
    return message.build();
  }

  static MetadataReply.IsrReply reply(IsrReply message) throws UnreadableMetadata {
    List<IsrChange.Refused> refused = new ArrayList<>();
    for (IsrRefusal one : message.getRefusedList()) {
      refused.add(
          new IsrChange.Refused(
              new PartitionId(IdBytes.topic(one.getTopicId()), one.getPartition()),
              fault(one.getFault())));
    }
    return new MetadataReply.IsrReply(refused);
  }

  private static IsrChange.Fault fault(String word) throws UnreadableMetadata {
    try {
      return IsrChange.Fault.valueOf(word);
    } catch (IllegalArgumentException newer) {
      throw new UnreadableMetadata("a fault of a newer release: " + word, newer);
    }
  }
}
