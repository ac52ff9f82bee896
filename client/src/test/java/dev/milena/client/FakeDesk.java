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
import dev.milena.proto.v1.DrainBrokerRequest;
import dev.milena.proto.v1.DrainBrokerResponse;
import dev.milena.proto.v1.ElectLeadersRequest;
import dev.milena.proto.v1.ElectLeadersResponse;
import dev.milena.proto.v1.LeaderlessPartition;
import dev.milena.proto.v1.LogDirectory;
import dev.milena.proto.v1.Node;
import dev.milena.proto.v1.NodeState;
import dev.milena.proto.v1.QuorumVoter;
import dev.milena.proto.v1.ReassignPartitionsRequest;
import dev.milena.proto.v1.ReassignPartitionsResponse;
import dev.milena.proto.v1.RemoveVoterRequest;
import dev.milena.proto.v1.RemoveVoterResponse;
import dev.milena.proto.v1.UncleanLeader;
import dev.milena.proto.v1.VoterState;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
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

  private final FakeCluster cluster;
  private final int id;
  private int elections;

  FakeDesk(FakeCluster cluster, int id) {
    this.cluster = cluster;
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
                    .setDraining(true)
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

  /** Of topic "dark" one partition has no leader still; all topics take two calls. */
  @Override
  public void electLeaders(ElectLeadersRequest request, StreamObserver<ElectLeadersResponse> to) {
    ElectLeadersResponse.Builder response = ElectLeadersResponse.newBuilder().setChanged(1);
    elections++;
    if (request.getTopic().isEmpty()) {
      response.setChanged(1_000).setMore(elections == 1);
    }
    if (request.getUnclean()) {
      response.addUnclean(
          UncleanLeader.newBuilder()
              .setTopic(request.getTopic())
              .setPartition(request.getPartition())
              .setLeader(3)
              .setLeaderEpoch(7));
    }
    if (request.getTopic().equals("dark")) {
      response
          .setLeaderlessInAll(1)
          .addLeaderless(
              LeaderlessPartition.newBuilder()
                  .setTopic("dark")
                  .setPartition(2)
                  .setNext("start broker 4"));
    }
    answer(to, response.build());
  }

  @Override
  public void reassignPartitions(
      ReassignPartitionsRequest request, StreamObserver<ReassignPartitionsResponse> to) {
    int changed = 0;
    int underWay = 0;
    for (dev.milena.proto.v1.ReplicaMove move : request.getMovesList()) {
      if (move.getReplicasList().contains(UNANSWERED)) {
        to.onError(
            FakeCluster.thrown(
                FakeCluster.error(
                    "INVALID_ASSIGNMENT", Status.Code.INVALID_ARGUMENT, Map.of("partition", "0"))));
        return;
      }
      if (move.getCancel()) {
        changed += cluster.moves.callBack(move.getTopic());
      } else if (cluster.moves.begin(
          new TopicPartition(move.getTopic(), move.getPartition()), move.getReplicasList())) {
        changed++;
        underWay++;
      }
    }
    answer(
        to,
        ReassignPartitionsResponse.newBuilder().setChanged(changed).setUnderWay(underWay).build());
  }

  /** One partition by each call goes to the next broker. */
  @Override
  public void drainBroker(DrainBrokerRequest request, StreamObserver<DrainBrokerResponse> to) {
    if (request.getId() == UNANSWERED) {
      to.onError(
          FakeCluster.thrown(
              FakeCluster.error(
                  "NOT_ENOUGH_BROKERS", Status.Code.UNAVAILABLE, Map.of("broker", "9"))));
      return;
    }
    int changed = 0;
    int left = 0;
    for (String topic : cluster.leaders().keySet()) {
      for (int partition : cluster.leadersOf(topic).keySet()) {
        TopicPartition where = new TopicPartition(topic, partition);
        if (request.getCancel()) {
          changed += cluster.moves.callBack(topic);
        } else if (cluster.moves.settled(where).contains(request.getId())) {
          boolean first = changed == 0;
          left += first ? 0 : 1;
          changed += first && cluster.moves.begin(where, List.of(request.getId() + 1)) ? 1 : 0;
        }
      }
    }
    answer(to, DrainBrokerResponse.newBuilder().setChanged(changed).setLeft(left).build());
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
