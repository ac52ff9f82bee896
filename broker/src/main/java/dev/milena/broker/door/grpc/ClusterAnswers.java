package dev.milena.broker.door.grpc;

import dev.milena.broker.core.cluster.AuditPage;
import dev.milena.broker.core.cluster.DirectoryRoom;
import dev.milena.broker.core.cluster.ElectionView;
import dev.milena.broker.core.cluster.NodeView;
import dev.milena.broker.core.cluster.NodesView;
import dev.milena.broker.core.cluster.QuorumView;
import dev.milena.broker.core.cluster.VoterStanding;
import dev.milena.broker.core.cluster.VoterView;
import dev.milena.metadata.BrokerImage;
import dev.milena.proto.v1.AuditResponse;
import dev.milena.proto.v1.Change;
import dev.milena.proto.v1.DescribeNodesResponse;
import dev.milena.proto.v1.DescribeQuorumResponse;
import dev.milena.proto.v1.ElectLeadersResponse;
import dev.milena.proto.v1.LeaderlessPartition;
import dev.milena.proto.v1.LogDirectory;
import dev.milena.proto.v1.Node;
import dev.milena.proto.v1.NodeState;
import dev.milena.proto.v1.QuorumVoter;
import dev.milena.proto.v1.UncleanLeader;
import dev.milena.proto.v1.VoterState;
import java.util.List;

/** What the desk tells as answers of ClusterService. */
final class ClusterAnswers {
  /** What a list of voters may take, of whom there are few, in bytes. */
  static final int LARGEST_VOTERS_BYTES = 4 << 10;

  /** With 1,000 partitions without a leader, and each said what to do about, in bytes. */
  static final int LARGEST_ELECTION_BYTES = 1 << 20;

  private ClusterAnswers() {}

  static ElectLeadersResponse election(ElectionView view) {
    ElectLeadersResponse.Builder response =
        ElectLeadersResponse.newBuilder()
            .setChanged(view.changed())
            .setLeaderlessInAll(view.leaderlessCount())
            .setMore(view.more());
    for (ElectionView.UncleanLeader one : view.unclean()) {
      response.addUnclean(
          UncleanLeader.newBuilder()
              .setTopic(one.where().topic())
              .setPartition(one.where().partition())
              .setLeader(one.leader())
              .setLeaderEpoch(one.epoch()));
    }
    for (ElectionView.Leaderless one : view.leaderless()) {
      response.addLeaderless(
          LeaderlessPartition.newBuilder()
              .setTopic(one.where().topic())
              .setPartition(one.where().partition())
              .setNext(one.next()));
    }
    return response.build();
  }

  static DescribeNodesResponse nodes(NodesView view) {
    DescribeNodesResponse.Builder response =
        DescribeNodesResponse.newBuilder()
            .setClusterId(view.clusterId())
            .setAnsweredBy(view.answeredBy());
    view.quorumLeader().ifPresent(response::setQuorumLeader);
    view.nodes().forEach(node -> response.addNodes(node(view, node)));
    return response.build();
  }

  private static Node node(NodesView nodes, NodeView view) {
    BrokerImage broker = view.broker();
    Node.Builder node =
        Node.newBuilder()
            .setId(broker.id())
            .setHost(broker.host())
            .setPort(broker.port())
            .setRack(broker.rack())
            .setQuorumAddress(broker.description().quorumAddress())
            .setVersion(broker.description().version())
            .setVoter(view.vote() != NodeView.Vote.NONE)
            .setEmptied(view.vote() == NodeView.Vote.EMPTIED)
            .setState(state(nodes, view))
            .setUpSinceMs(broker.standing().upMs())
            .setDraining(broker.standing().draining())
            .setAnswered(view.directories().isPresent());
    for (DirectoryRoom directory : view.directories().orElse(List.of())) {
      node.addLogDirectories(
          LogDirectory.newBuilder()
              .setPath(directory.path())
              .setTotalBytes(directory.totalBytes())
              .setFreeBytes(directory.freeBytes()));
    }
    return node.build();
  }

  /** Without a quorum nobody would have fenced a node that is gone. */
  private static NodeState state(NodesView nodes, NodeView view) {
    BrokerImage broker = view.broker();
    if (nodes.quorumLeader().isEmpty()
        && view.directories().isEmpty()
        && broker.id() != nodes.answeredBy()) {
      return NodeState.NODE_STATE_UNSPECIFIED;
    }
    if (broker.fenced()) {
      return NodeState.NODE_STATE_FENCED;
    }
    return broker.stopping() ? NodeState.NODE_STATE_STOPPING : NodeState.NODE_STATE_UP;
  }

  static DescribeQuorumResponse quorum(QuorumView view) {
    DescribeQuorumResponse.Builder response =
        DescribeQuorumResponse.newBuilder()
            .setAnsweredBy(view.answeredBy())
            .setTerm(view.term())
            .setLogStart(view.log().startIndex())
            .setLogEnd(view.log().lastIndex())
            .setCommitted(view.log().committedIndex())
            .setSnapshot(view.log().snapshotIndex())
            .addAllVoters(voters(view.voters()));
    view.leader().ifPresent(response::setLeader);
    return response.build();
  }

  static List<QuorumVoter> voters(List<VoterView> voters) {
    return voters.stream().map(ClusterAnswers::voter).toList();
  }

  private static QuorumVoter voter(VoterView voter) {
    return QuorumVoter.newBuilder()
        .setId(voter.id())
        .setAddress(voter.address())
        .setDirectoryId(voter.directoryId())
        .setLogEnd(voter.lastIndex())
        .setLag(voter.lagEntries())
        .setSilentMs(voter.silentMs())
        .setState(state(voter.standing().state()))
        .setWhy(voter.standing().why())
        .build();
  }

  private static VoterState state(VoterStanding.State state) {
    return switch (state) {
      case LEADER -> VoterState.VOTER_STATE_LEADER;
      case FOLLOWER -> VoterState.VOTER_STATE_FOLLOWER;
      case ANSWERING -> VoterState.VOTER_STATE_ANSWERING;
      case SILENT -> VoterState.VOTER_STATE_SILENT;
      case EMPTIED -> VoterState.VOTER_STATE_EMPTIED;
      case UNKNOWN -> VoterState.VOTER_STATE_UNKNOWN;
    };
  }

  static AuditResponse audit(AuditPage page) {
    AuditResponse.Builder response =
        AuditResponse.newBuilder().setForgottenThrough(page.forgottenThrough());
    for (AuditPage.AuditedChange change : page.changes()) {
      response.addChanges(
          Change.newBuilder()
              .setIndex(change.index())
              .setTimeMs(change.timeMs())
              .setPrincipal(change.origin().principal())
              .setAddress(change.origin().address())
              .setTool(change.origin().tool())
              .addAllWhat(change.what()));
    }
    page.nextIndex().ifPresent(response::setNextIndex);
    return response.build();
  }
}
