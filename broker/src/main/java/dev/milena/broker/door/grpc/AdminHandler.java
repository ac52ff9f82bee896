package dev.milena.broker.door.grpc;

import com.google.protobuf.MessageLite;
import dev.milena.broker.core.BrokerCore;
import dev.milena.broker.core.DescribeOutcome;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.TopicCall;
import dev.milena.broker.core.TopicOutcome;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.TopicImage;
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
import io.grpc.ServerServiceDefinition;
import java.util.Set;
import java.util.function.Function;

/** AdminService. */
final class AdminHandler {
  private final BrokerCore core;

  AdminHandler(BrokerCore core) {
    this.core = core;
  }

  ServerServiceDefinition service() {
    return new ServiceShape(AdminServiceGrpc.getServiceDescriptor())
        .unary(
            AdminServiceGrpc.getCreateTopicMethod(),
            InboundMarshaller.plain(CreateTopicRequest.parser()),
            this::createTopic)
        .unary(
            AdminServiceGrpc.getAlterTopicMethod(),
            InboundMarshaller.plain(AlterTopicRequest.parser()),
            this::alterTopic)
        .unary(
            AdminServiceGrpc.getDeleteTopicMethod(),
            InboundMarshaller.plain(DeleteTopicRequest.parser()),
            this::deleteTopic)
        .unary(
            AdminServiceGrpc.getListTopicsMethod(),
            InboundMarshaller.plain(ListTopicsRequest.parser()),
            this::listTopics)
        .unary(
            AdminServiceGrpc.getDescribeTopicsMethod(),
            InboundMarshaller.plain(DescribeTopicsRequest.parser()),
            this::describeTopics)
        .unary(
            AdminServiceGrpc.getDescribeClusterMethod(),
            InboundMarshaller.plain(DescribeClusterRequest.parser()),
            this::describeCluster)
        .build();
  }

  private void createTopic(CreateTopicRequest request, UnaryAnswer<CreateTopicResponse> answer)
      throws RequestRefused {
    change(
        AdminRequests.create(request, CallFrame.caller()),
        answer,
        topic -> CreateTopicResponse.newBuilder().setTopic(AdminAnswers.topic(topic)).build());
  }

  private void alterTopic(AlterTopicRequest request, UnaryAnswer<AlterTopicResponse> answer)
      throws RequestRefused {
    change(
        AdminRequests.alter(request, CallFrame.caller()),
        answer,
        topic -> AlterTopicResponse.newBuilder().setTopic(AdminAnswers.topic(topic)).build());
  }

  private <R extends MessageLite> void change(
      TopicCall call, UnaryAnswer<R> answer, Function<? super TopicImage, ? extends R> changed)
      throws RequestRefused {
    answer.reserve(AdminAnswers.largestBytes(call));
    core.changeTopic(
        call,
        answer.from(outcome -> {
          switch (outcome) {
            case TopicOutcome.TopicChanged(TopicImage topic) -> answer.give(changed.apply(topic));
            case TopicOutcome.TopicRefused(Refusal refusal) -> answer.refuse(refusal);
            case TopicOutcome.TopicDeleted(TopicId id) ->
                throw new IllegalStateException(
                    "topic " + id + " was deleted by a call that deletes nothing");
          }
        }));
  }

  private void deleteTopic(DeleteTopicRequest request, UnaryAnswer<DeleteTopicResponse> answer)
      throws RequestRefused {
    TopicCall call = AdminRequests.delete(request, CallFrame.caller());
    answer.reserve(AdminAnswers.largestBytes(call));
    core.changeTopic(
        call,
        answer.from(outcome -> {
          switch (outcome) {
            case TopicOutcome.TopicDeleted(TopicId id) ->
                answer.give(DeleteTopicResponse.newBuilder().setTopicId(id.toString()).build());
            case TopicOutcome.TopicRefused(Refusal refusal) -> answer.refuse(refusal);
            case TopicOutcome.TopicChanged(TopicImage topic) ->
                throw new IllegalStateException(
                    "topic " + topic.name() + " was changed by a call that deletes");
          }
        }));
  }

  private void listTopics(ListTopicsRequest request, UnaryAnswer<ListTopicsResponse> answer) {
    describe(Set.of(), answer, AdminAnswers::listing);
  }

  private void describeTopics(
      DescribeTopicsRequest request, UnaryAnswer<DescribeTopicsResponse> answer)
      throws RequestRefused {
    describe(AdminRequests.names(request), answer, AdminAnswers::description);
  }

  private <R extends MessageLite> void describe(
      Set<String> names,
      UnaryAnswer<R> answer,
      Function<? super DescribeOutcome.Described, ? extends R> found) {
    core.describeTopics(
        names,
        answer.from(outcome -> {
          switch (outcome) {
            case DescribeOutcome.Described described -> answer.give(found.apply(described));
            case DescribeOutcome.DescribeRefused(Refusal refusal) -> answer.refuse(refusal);
          }
        }));
  }

  private void describeCluster(
      DescribeClusterRequest request, UnaryAnswer<DescribeClusterResponse> answer) {
    answer.give(AdminAnswers.cluster(core.cluster()));
  }
}
