package dev.milena.client;

import dev.milena.proto.v1.AddVoterRequest;
import dev.milena.proto.v1.AddVoterResponse;
import dev.milena.proto.v1.AuditRequest;
import dev.milena.proto.v1.AuditResponse;
import dev.milena.proto.v1.Change;
import dev.milena.proto.v1.ClusterServiceGrpc;
import dev.milena.proto.v1.DecommissionBrokerRequest;
import dev.milena.proto.v1.DecommissionBrokerResponse;
import dev.milena.proto.v1.DescribeNodesRequest;
import dev.milena.proto.v1.DescribeNodesResponse;
import dev.milena.proto.v1.DescribeQuorumRequest;
import dev.milena.proto.v1.DescribeQuorumResponse;
import dev.milena.proto.v1.LogDirectory;
import dev.milena.proto.v1.Node;
import dev.milena.proto.v1.NodeState;
import dev.milena.proto.v1.QuorumVoter;
import dev.milena.proto.v1.RemoveVoterRequest;
import dev.milena.proto.v1.RemoveVoterResponse;
import dev.milena.proto.v1.VoterState;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Map;

/**
 * ClusterService of a {@link FakeCluster}: two nodes of which one is silent, one voter, and a
 * history of two pages; refuses to decommission broker 1, and does not answer who changes voter 9.
 */
final class FakeDesk extends ClusterServiceGrpc.ClusterServiceImplBase {
  static final long AT_MS = 1_764_115_200_000L;
  private static final QuorumVoter VOTER =
      QuorumVoter.newBuilder()
          .setId(1)
          .setAddress("h1:9093")
          .setDirectoryId("kRb3Uy_0Q7eW8Wc8uX2q5A")
          .setLogEnd(41)
          .setLag(1)
          .setSilentMs(20)
          .setState(VoterState.VOTER_STATE_LEADER)
          .build();

  private static final int UNANSWERED = 9;

  private final int id;

  FakeDesk(int id) {
    this.id = id;
  }

  private static <A> void answer(StreamObserver<A> to, A answer) {
    to.onNext(answer);
    to.onCompleted();
  }

  @Override
  public void describeNodes(
      DescribeNodesRequest request, StreamObserver<DescribeNodesResponse> to) {
    answer(
        to,
        DescribeNodesResponse.newBuilder()
            .setClusterId("fake")
            .setAnsweredBy(id)
            .setQuorumLeader(1)
            .addNodes(
                Node.newBuilder()
                    .setId(1)
                    .setHost("h1")
                    .setPort(9092)
                    .setRack("r1")
                    .setQuorumAddress("h1:9093")
                    .setVersion("0.1.0")
                    .setVoter(true)
                    .setState(NodeState.NODE_STATE_UP)
                    .setUpSinceMs(AT_MS)
                    .setAnswered(true)
                    .addLogDirectories(
                        LogDirectory.newBuilder()
                            .setPath("/logs")
                            .setTotalBytes(3L << 30)
                            .setFreeBytes(1L << 30)))
            .addNodes(
                Node.newBuilder()
                    .setId(2)
                    .setHost("h2")
                    .setPort(9092)
                    .setState(NodeState.NODE_STATE_FENCED)
                    .setUpSinceMs(AT_MS))
            .build());
  }

  @Override
  public void describeQuorum(
      DescribeQuorumRequest request, StreamObserver<DescribeQuorumResponse> to) {
    answer(
        to,
        DescribeQuorumResponse.newBuilder()
            .setLeader(1)
            .setAnsweredBy(id)
            .setTerm(3)
            .setLogStart(0)
            .setLogEnd(42)
            .setCommitted(41)
            .setSnapshot(-1)
            .addVoters(VOTER)
            .build());
  }

  @Override
  public void addVoter(AddVoterRequest request, StreamObserver<AddVoterResponse> to) {
    if (request.getId() == UNANSWERED) {
      return;
    }
    answer(
        to,
        AddVoterResponse.newBuilder()
            .addVoters(VOTER)
            .addVoters(
                QuorumVoter.newBuilder().setId(request.getId()).setAddress(request.getAddress()))
            .build());
  }

  @Override
  public void removeVoter(RemoveVoterRequest request, StreamObserver<RemoveVoterResponse> to) {
    if (request.getId() != UNANSWERED) {
      answer(to, RemoveVoterResponse.newBuilder().addVoters(VOTER).build());
    }
  }

  @Override
  public void decommissionBroker(
      DecommissionBrokerRequest request, StreamObserver<DecommissionBrokerResponse> to) {
    if (request.getId() == 1) {
      to.onError(
          FakeCluster.thrown(
              FakeCluster.error(
                  "BROKER_IN_USE", Status.Code.FAILED_PRECONDITION, Map.of("broker", "1"))));
    } else {
      answer(to, DecommissionBrokerResponse.getDefaultInstance());
    }
  }

  @Override
  public void audit(AuditRequest request, StreamObserver<AuditResponse> to) {
    long index = request.getFromIndex() == 0 ? 4 : request.getFromIndex();
    Change.Builder change =
        Change.newBuilder()
            .setIndex(index)
            .setTimeMs(Math.max(AT_MS, request.getSinceMs()))
            .setPrincipal(index == 4 ? "broker:1" : "ANONYMOUS")
            .setTool("kafkactl")
            .addWhat("created topic " + request.getTopic());
    AuditResponse.Builder response =
        AuditResponse.newBuilder().setForgottenThrough(request.getTopic().equals("old") ? 2 : -1);
    if (index == 4) {
      response.setNextIndex(9);
    } else {
      change.setAddress("127.0.0.1:5").addWhat("leader of t-0 is 1");
    }
    answer(to, response.addChanges(change).build());
  }
}
