package dev.milena.metadata.codec;

import dev.milena.metadata.PartitionId;
import dev.milena.metadata.TopicId;
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
}
