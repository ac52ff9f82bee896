package dev.milena.broker.door.grpc;

import com.google.protobuf.MessageLite;
import dev.milena.broker.core.Caller;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.cluster.ClusterDesk;
import dev.milena.broker.core.cluster.DeskOutcome;
import dev.milena.broker.core.cluster.VoterView;
import dev.milena.proto.v1.AddVoterRequest;
import dev.milena.proto.v1.AddVoterResponse;
import dev.milena.proto.v1.AuditRequest;
import dev.milena.proto.v1.AuditResponse;
import dev.milena.proto.v1.ClusterServiceGrpc;
import dev.milena.proto.v1.DecommissionBrokerRequest;
import dev.milena.proto.v1.DecommissionBrokerResponse;
import dev.milena.proto.v1.DescribeNodesRequest;
import dev.milena.proto.v1.DescribeNodesResponse;
import dev.milena.proto.v1.DescribeQuorumRequest;
import dev.milena.proto.v1.DescribeQuorumResponse;
import dev.milena.proto.v1.DrainBrokerRequest;
import dev.milena.proto.v1.DrainBrokerResponse;
import dev.milena.proto.v1.ElectLeadersRequest;
import dev.milena.proto.v1.ElectLeadersResponse;
import dev.milena.proto.v1.ReassignPartitionsRequest;
import dev.milena.proto.v1.ReassignPartitionsResponse;
import dev.milena.proto.v1.RemoveVoterRequest;
import dev.milena.proto.v1.RemoveVoterResponse;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * ClusterService. What the desk cannot answer here is asked of the node that it names, once: a call
 * that came from another node is never sent on.
 */
final class ClusterHandler {
  private final ClusterDesk desk;
  private final NodeCalls nodes;
  private final PassedOn passedOn;

  ClusterHandler(ClusterDesk desk, NodeCalls nodes, PassedOn passedOn) {
    this.desk = desk;
    this.nodes = nodes;
    this.passedOn = passedOn;
  }

  ServerServiceDefinition service() {
    return ServerInterceptors.intercept(
        new ServiceShape(ClusterServiceGrpc.getServiceDescriptor())
            .unary(
                ClusterServiceGrpc.getDescribeNodesMethod(),
                InboundMarshaller.plain(DescribeNodesRequest.parser()),
                this::describeNodes)
            .unary(
                ClusterServiceGrpc.getDescribeQuorumMethod(),
                InboundMarshaller.plain(DescribeQuorumRequest.parser()),
                this::describeQuorum)
            .unary(
                ClusterServiceGrpc.getAddVoterMethod(),
                InboundMarshaller.plain(AddVoterRequest.parser()),
                this::addVoter)
            .unary(
                ClusterServiceGrpc.getRemoveVoterMethod(),
                InboundMarshaller.plain(RemoveVoterRequest.parser()),
                this::removeVoter)
            .unary(
                ClusterServiceGrpc.getDrainBrokerMethod(),
                InboundMarshaller.plain(DrainBrokerRequest.parser()),
                this::drain)
            .unary(
                ClusterServiceGrpc.getDecommissionBrokerMethod(),
                InboundMarshaller.plain(DecommissionBrokerRequest.parser()),
                this::decommission)
            .unary(
                ClusterServiceGrpc.getElectLeadersMethod(),
                InboundMarshaller.plain(ElectLeadersRequest.parser()),
                this::electLeaders)
            .unary(
                ClusterServiceGrpc.getReassignPartitionsMethod(),
                InboundMarshaller.plain(ReassignPartitionsRequest.parser()),
                this::reassign)
            .unary(
                ClusterServiceGrpc.getAuditMethod(),
                InboundMarshaller.plain(AuditRequest.parser()),
                this::audit)
            .build(),
        passedOn);
  }

  private void describeNodes(
      DescribeNodesRequest request, UnaryAnswer<DescribeNodesResponse> answer) {
    desk.describeNodes(
        settle(
            new NodeCalls.Question<>(
                ClusterServiceGrpc.getDescribeNodesMethod(), request, ClusterDesk.READ_MS, true),
            answer,
            ClusterAnswers::nodes));
  }

  private void describeQuorum(
      DescribeQuorumRequest request, UnaryAnswer<DescribeQuorumResponse> answer) {
    desk.describeQuorum(
        settle(
            new NodeCalls.Question<>(
                ClusterServiceGrpc.getDescribeQuorumMethod(), request, ClusterDesk.LOOK_MS, true),
            answer,
            ClusterAnswers::quorum));
  }

  private void addVoter(AddVoterRequest request, UnaryAnswer<AddVoterResponse> answer)
      throws RequestRefused {
    var call = ClusterRequests.addVoter(request, CallFrame.caller());
    answer.reserve(ClusterAnswers.LARGEST_VOTERS_BYTES);
    Function<List<VoterView>, AddVoterResponse> shown =
        voters -> AddVoterResponse.newBuilder().addAllVoters(ClusterAnswers.voters(voters)).build();
    desk.changeVoters(
        call,
        settle(
            new NodeCalls.Question<>(
                ClusterServiceGrpc.getAddVoterMethod(), request, call.timeoutMs(), false),
            answer,
            shown));
  }

  private void removeVoter(RemoveVoterRequest request, UnaryAnswer<RemoveVoterResponse> answer)
      throws RequestRefused {
    var call = ClusterRequests.removeVoter(request, CallFrame.caller());
    answer.reserve(ClusterAnswers.LARGEST_VOTERS_BYTES);
    Function<List<VoterView>, RemoveVoterResponse> shown =
        voters ->
            RemoveVoterResponse.newBuilder().addAllVoters(ClusterAnswers.voters(voters)).build();
    desk.changeVoters(
        call,
        settle(
            new NodeCalls.Question<>(
                ClusterServiceGrpc.getRemoveVoterMethod(), request, call.timeoutMs(), false),
            answer,
            shown));
  }

  private void drain(DrainBrokerRequest request, UnaryAnswer<DrainBrokerResponse> answer)
      throws RequestRefused {
    var call = MoveRequests.drain(request, CallFrame.caller());
    answer.reserve(0);
    desk.drain(
        call,
        settle(
            new NodeCalls.Question<>(
                ClusterServiceGrpc.getDrainBrokerMethod(), request, call.timeoutMs(), false),
            answer,
            view ->
                DrainBrokerResponse.newBuilder()
                    .setChanged(view.changed())
                    .setLeft(view.left())
                    .build()));
  }

  private void decommission(
      DecommissionBrokerRequest request, UnaryAnswer<DecommissionBrokerResponse> answer)
      throws RequestRefused {
    var call = ClusterRequests.decommission(request, CallFrame.caller());
    answer.reserve(0);
    desk.decommission(
        call,
        settle(
            new NodeCalls.Question<>(
                ClusterServiceGrpc.getDecommissionBrokerMethod(), request, call.timeoutMs(), false),
            answer,
            gone -> DecommissionBrokerResponse.getDefaultInstance()));
  }

  private void electLeaders(ElectLeadersRequest request, UnaryAnswer<ElectLeadersResponse> answer)
      throws RequestRefused {
    var call = ClusterRequests.election(request, CallFrame.caller());
    answer.reserve(ClusterAnswers.LARGEST_ELECTION_BYTES);
    desk.electLeaders(
        call,
        settle(
            new NodeCalls.Question<>(
                ClusterServiceGrpc.getElectLeadersMethod(), request, call.timeoutMs(), false),
            answer,
            ClusterAnswers::election));
  }

  private void reassign(
      ReassignPartitionsRequest request, UnaryAnswer<ReassignPartitionsResponse> answer)
      throws RequestRefused {
    var call = MoveRequests.moves(request, CallFrame.caller());
    answer.reserve(0);
    desk.move(
        call,
        settle(
            new NodeCalls.Question<>(
                ClusterServiceGrpc.getReassignPartitionsMethod(), request, call.timeoutMs(), false),
            answer,
            view ->
                ReassignPartitionsResponse.newBuilder()
                    .setChanged(view.changed())
                    .setUnderWay(view.underWay())
                    .build()));
  }

  private void audit(AuditRequest request, UnaryAnswer<AuditResponse> answer)
      throws RequestRefused {
    desk.audit(
        ClusterRequests.audit(request),
        settle(
            new NodeCalls.Question<>(
                ClusterServiceGrpc.getAuditMethod(), request, ClusterDesk.READ_MS, true),
            answer,
            ClusterAnswers::audit));
  }

  /** Turns what the desk says into the answer; on a handler's thread, while the call is current. */
  private <T, Q, R extends MessageLite> Consumer<DeskOutcome<T>> settle(
      NodeCalls.Question<Q, R> question,
      UnaryAnswer<R> answer,
      Function<? super T, ? extends R> shown) {
    boolean again = PassedOn.here();
    Caller caller = CallFrame.caller();
    return answer.from(outcome -> {
      switch (outcome) {
        case DeskOutcome.Answered<T>(T told) -> answer.give(shown.apply(told));
        case DeskOutcome.DeskRefused<T>(Refusal refusal) -> answer.refuse(refusal);
        case DeskOutcome.AskNode<T>(int id, String host, int port) -> {
          if (again) {
            answer.refuse(elsewhereAgain(id, question));
          } else {
            nodes.ask(new NodeCalls.Node(id, host, port), question, caller, answer);
          }
        }
      }
    });
  }

  private static Refusal elsewhereAgain(int nodeId, NodeCalls.Question<?, ?> question) {
    return Refusal.of(
        ErrorKind.QUORUM_UNAVAILABLE,
        "the quorum's leadership is changing hands, to node %s; %s"
            .formatted(nodeId, question.next()));
  }
}
