package dev.milena.metadata.codec;

import dev.milena.metadata.MetadataCommand.ReassignPartitions;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionMove;
import dev.milena.metadata.TopicId;
import dev.milena.proto.peer.v1.BrokerList;
import dev.milena.proto.peer.v1.MoveOfPartition;
import dev.milena.proto.peer.v1.ReassignPartitionsCommand;
import dev.milena.proto.peer.v1.TopicPartitions;
import java.util.ArrayList;
import java.util.List;

/** Lists of partitions as protobuf messages: those of one topic that follow each other share it. */
final class PartitionMessages {
  private PartitionMessages() {}

  static List<TopicPartitions> of(List<PartitionId> partitions) {
    List<TopicPartitions> messages = new ArrayList<>();
    int from = 0;
    while (from < partitions.size()) {
      TopicId topic = partitions.get(from).topicId();
      TopicPartitions.Builder message = TopicPartitions.newBuilder().setTopicId(IdBytes.of(topic));
      int to = from;
      while (to < partitions.size() && partitions.get(to).topicId().equals(topic)) {
        message.addPartitions(partitions.get(to).partition());
        to++;
      }
      messages.add(message.build());
      from = to;
    }
    return messages;
  }

  static List<PartitionId> ids(List<TopicPartitions> messages) throws UnreadableMetadata {
    List<PartitionId> partitions = new ArrayList<>();
    for (TopicPartitions message : messages) {
      TopicId topic = IdBytes.topic(message.getTopicId());
      for (int partition : message.getPartitionsList()) {
        partitions.add(new PartitionId(topic, partition));
      }
    }
    return partitions;
  }

  static ReassignPartitionsCommand of(ReassignPartitions reassign) {
    ReassignPartitionsCommand.Builder message = ReassignPartitionsCommand.newBuilder();
    for (PartitionMove move : reassign.moves()) {
      MoveOfPartition.Builder one =
          MoveOfPartition.newBuilder()
              .setTopicId(IdBytes.of(move.partition().topicId()))
              .setPartition(move.partition().partition());
      switch (move.aim()) {
        case PartitionMove.Aim.Target target ->
            one.setTarget(BrokerList.newBuilder().addAllBrokers(target.replicas()));
        case PartitionMove.Aim.Cancel cancel -> one.setCancel(true);
      }
      message.addMoves(one);
    }
    return message.build();
  }

  static ReassignPartitions reassign(ReassignPartitionsCommand message) throws UnreadableMetadata {
    List<PartitionMove> moves = new ArrayList<>();
    for (MoveOfPartition move : message.getMovesList()) {
      PartitionMove.Aim aim =
          switch (move.getAimCase()) {
            case TARGET -> new PartitionMove.Aim.Target(move.getTarget().getBrokersList());
            case CANCEL -> new PartitionMove.Aim.Cancel();
            case AIM_NOT_SET -> throw new UnreadableMetadata("a move that leads nowhere");
          };
      moves.add(
          new PartitionMove(
              new PartitionId(IdBytes.topic(move.getTopicId()), move.getPartition()), aim));
    }
    return new ReassignPartitions(moves);
  }
}
