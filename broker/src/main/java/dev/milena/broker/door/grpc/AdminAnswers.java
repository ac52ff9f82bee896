package dev.milena.broker.door.grpc;

import dev.milena.broker.core.ClusterView;
import dev.milena.broker.core.DescribeOutcome;
import dev.milena.broker.core.TopicCall;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.MetadataLimits;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.Reassignment;
import dev.milena.metadata.TopicImage;
import dev.milena.proto.v1.Broker;
import dev.milena.proto.v1.ConfigEntry;
import dev.milena.proto.v1.DescribeClusterResponse;
import dev.milena.proto.v1.DescribeTopicsResponse;
import dev.milena.proto.v1.ListTopicsResponse;
import dev.milena.proto.v1.PartitionDescription;
import dev.milena.proto.v1.TopicDescription;
import dev.milena.proto.v1.TopicListing;

/** Images of topics and brokers as answers of AdminService. */
final class AdminAnswers {
  /** What a partition takes in a description, with as many replicas as are usual, in bytes. */
  private static final int PARTITION_BYTES = 64;

  /** Of a topic whose size the request does not tell: 8,000 partitions and their configs. */
  private static final int UNKNOWN_TOPIC_BYTES = 512 << 10;

  private AdminAnswers() {}

  /** What the answer to a change of a topic may take, in bytes. */
  static long largestBytes(TopicCall call) {
    return switch (call) {
      case TopicCall.CreateTopicCall create -> bytesOf(Math.max(1, create.partitions()));
      case TopicCall.AlterTopicCall alter ->
          alter.partitions() == TopicCall.UNSET ? UNKNOWN_TOPIC_BYTES : bytesOf(alter.partitions());
      case TopicCall.DeleteTopicCall _ -> 0;
    };
  }

  /** More partitions than there may be are refused, and then there are none to tell of. */
  private static long bytesOf(int partitions) {
    return (long) Math.min(partitions, MetadataLimits.MAX_PARTITIONS_PER_TOPIC) * PARTITION_BYTES;
  }

  static ListTopicsResponse listing(DescribeOutcome.Described described) {
    ListTopicsResponse.Builder response = ListTopicsResponse.newBuilder();
    for (TopicImage topic : described.topics()) {
      response.addTopics(
          TopicListing.newBuilder()
              .setName(topic.name())
              .setTopicId(topic.id().toString())
              .setPartitionCount(topic.partitionCount())
              .setReplicationFactor(topic.replicationFactor()));
    }
    described.mayBeOld().ifPresent(response::setMayBeOld);
    return response.build();
  }

  static DescribeTopicsResponse description(DescribeOutcome.Described described) {
    DescribeTopicsResponse.Builder response = DescribeTopicsResponse.newBuilder();
    described.topics().forEach(topic -> response.addTopics(topic(topic)));
    described.cluster().brokers().forEach(broker -> response.addBrokers(broker(broker)));
    described.mayBeOld().ifPresent(response::setMayBeOld);
    return response.build();
  }

  static DescribeClusterResponse cluster(ClusterView view) {
    DescribeClusterResponse.Builder response =
        DescribeClusterResponse.newBuilder()
            .setClusterId(view.clusterId())
            .setAnsweredBy(view.answeredBy());
    view.brokers().forEach(broker -> response.addBrokers(broker(broker)));
    return response.build();
  }

  static TopicDescription topic(TopicImage topic) {
    TopicDescription.Builder description =
        TopicDescription.newBuilder()
            .setName(topic.name())
            .setTopicId(topic.id().toString())
            .setReplicationFactor(topic.replicationFactor())
            .setMinInsyncReplicas(topic.minInsyncReplicas());
    topic.partitions().forEach(partition -> description.addPartitions(partition(partition)));
    topic
        .configs()
        .forEach((key, value) ->
            description.addConfigs(ConfigEntry.newBuilder().setKey(key).setValue(value)));
    return description.build();
  }

  private static PartitionDescription partition(PartitionImage partition) {
    PartitionDescription.Builder description =
        PartitionDescription.newBuilder()
            .setPartition(partition.partition())
            .setLeaderEpoch(partition.leaderEpoch())
            .addAllReplicas(partition.replicas())
            .addAllIsr(partition.isr())
            .addAllElr(partition.elr());
    if (partition.hasLeader()) {
      description.setLeader(partition.leader());
    }
    if (partition.hasLastKnownLeader()) {
      description.setLastKnownLeader(partition.lastKnownLeader());
    }
    Reassignment move = partition.reassignment();
    return description
        .addAllTargetReplicas(move.target())
        .addAllAddingReplicas(move.adding())
        .addAllRemovingReplicas(move.removing())
        .build();
  }

  private static Broker broker(BrokerImage broker) {
    return Broker.newBuilder()
        .setId(broker.id())
        .setHost(broker.host())
        .setPort(broker.port())
        .setRack(broker.rack())
        .setFenced(broker.fenced())
        .build();
  }
}
