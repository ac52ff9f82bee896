package dev.milena.client;

import dev.milena.proto.v1.AdminServiceGrpc;
import dev.milena.proto.v1.AlterTopicRequest;
import dev.milena.proto.v1.AlterTopicResponse;
import dev.milena.proto.v1.CreateTopicRequest;
import dev.milena.proto.v1.CreateTopicResponse;
import dev.milena.proto.v1.DeleteTopicRequest;
import dev.milena.proto.v1.DeleteTopicResponse;
import dev.milena.proto.v1.DescribeClusterRequest;
import dev.milena.proto.v1.DescribeClusterResponse;
import dev.milena.proto.v1.DescribeTopicsRequest;
import dev.milena.proto.v1.DescribeTopicsResponse;
import dev.milena.proto.v1.ListTopicsRequest;
import dev.milena.proto.v1.ListTopicsResponse;
import dev.milena.proto.v1.TopicListing;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Administration of a {@link FakeCluster}. */
final class FakeAdmin extends AdminServiceGrpc.AdminServiceImplBase {
  private final FakeCluster cluster;
  private final int id;

  FakeAdmin(FakeCluster cluster, int id) {
    this.cluster = cluster;
    this.id = id;
  }

  private <A> void answer(String call, StreamObserver<A> to, Supplier<A> answer) {
    Optional<StatusRuntimeException> failure = cluster.adminFailure.apply(call);
    if (failure.isPresent()) {
      to.onError(failure.get());
      return;
    }
    try {
      to.onNext(answer.get());
      to.onCompleted();
    } catch (StatusRuntimeException e) {
      to.onError(e);
    }
  }

  private void mustExist(String topic, boolean wanted) {
    if (cluster.leaders().containsKey(topic) != wanted) {
      throw FakeCluster.thrown(
          wanted
              ? FakeCluster.error("UNKNOWN_TOPIC", Status.Code.NOT_FOUND, Map.of("topic", topic))
              : FakeCluster.error(
                  "TOPIC_EXISTS", Status.Code.ALREADY_EXISTS, Map.of("topic", topic)));
    }
  }

  @Override
  public void createTopic(CreateTopicRequest request, StreamObserver<CreateTopicResponse> to) {
    answer(
        "create",
        to,
        () -> {
          mustExist(request.getTopic(), false);
          cluster.createTopic(
              request.getTopic(), request.hasPartitions() ? request.getPartitions() : 1);
          cluster.configs(request.getTopic()).putAll(request.getConfigsMap());
          return CreateTopicResponse.newBuilder()
              .setTopic(cluster.describe(request.getTopic()))
              .build();
        });
  }

  @Override
  public void alterTopic(AlterTopicRequest request, StreamObserver<AlterTopicResponse> to) {
    answer(
        "alter",
        to,
        () -> {
          mustExist(request.getTopic(), true);
          if (request.hasPartitions()) {
            cluster.createTopic(request.getTopic(), request.getPartitions());
          }
          cluster.configs(request.getTopic()).putAll(request.getSetConfigsMap());
          cluster.configs(request.getTopic()).keySet().removeAll(request.getDeleteConfigsList());
          return AlterTopicResponse.newBuilder()
              .setTopic(cluster.describe(request.getTopic()))
              .build();
        });
  }

  @Override
  public void deleteTopic(DeleteTopicRequest request, StreamObserver<DeleteTopicResponse> to) {
    answer(
        "delete",
        to,
        () -> {
          mustExist(request.getTopic(), true);
          cluster.dropTopic(request.getTopic());
          return DeleteTopicResponse.newBuilder().setTopicId("mmK6zBn3RCWi-ubJ9YIe-Q").build();
        });
  }

  @Override
  public void listTopics(ListTopicsRequest request, StreamObserver<ListTopicsResponse> to) {
    answer(
        "list",
        to,
        () -> {
          ListTopicsResponse.Builder all = ListTopicsResponse.newBuilder();
          for (String topic : new TreeSet<>(cluster.leaders().keySet())) {
            all.addTopics(
                TopicListing.newBuilder()
                    .setName(topic)
                    .setTopicId("mmK6zBn3RCWi-ubJ9YIe-Q")
                    .setPartitionCount(cluster.leadersOf(topic).size())
                    .setReplicationFactor(1));
          }
          return all.build();
        });
  }

  @Override
  public void describeTopics(
      DescribeTopicsRequest request, StreamObserver<DescribeTopicsResponse> to) {
    answer(
        "describe",
        to,
        () -> {
          cluster.counts.describes.incrementAndGet();
          List<String> wanted =
              request.getTopicsCount() == 0
                  ? List.copyOf(new TreeSet<>(cluster.leaders().keySet()))
                  : request.getTopicsList();
          DescribeTopicsResponse.Builder all = DescribeTopicsResponse.newBuilder();
          for (String topic : wanted) {
            mustExist(topic, true);
            all.addTopics(cluster.describe(topic));
          }
          return all.addAllBrokers(cluster.brokers()).build();
        });
  }

  @Override
  public void describeCluster(
      DescribeClusterRequest request, StreamObserver<DescribeClusterResponse> to) {
    answer(
        "cluster",
        to,
        () ->
            DescribeClusterResponse.newBuilder()
                .setClusterId("fake")
                .setAnsweredBy(id)
                .addAllBrokers(cluster.brokers())
                .build());
  }
}
