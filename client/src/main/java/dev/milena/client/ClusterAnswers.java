package dev.milena.client;

import dev.milena.client.connection.HostPort;
import dev.milena.proto.v1.AuditResponse;
import dev.milena.proto.v1.Change;
import dev.milena.proto.v1.DescribeNodesResponse;
import dev.milena.proto.v1.DescribeQuorumResponse;
import dev.milena.proto.v1.ElectLeadersResponse;
import dev.milena.proto.v1.Node;
import dev.milena.proto.v1.NodeState;
import dev.milena.proto.v1.QuorumVoter;
import dev.milena.proto.v1.VoterState;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Answers of ClusterService as values. */
final class ClusterAnswers {
  private ClusterAnswers() {}

  static ClusterNodes nodes(DescribeNodesResponse answer) {
    return new ClusterNodes(
        answer.getClusterId(),
        answer.getNodesList().stream().map(ClusterAnswers::node).toList(),
        answer.hasQuorumLeader() ? OptionalInt.of(answer.getQuorumLeader()) : OptionalInt.empty(),
        answer.getAnsweredBy());
  }

  private static NodeDetails node(Node node) {
    List<NodeDetails.LogDirectory> directories =
        node.getLogDirectoriesList().stream()
            .map(at ->
                new NodeDetails.LogDirectory(at.getPath(), at.getTotalBytes(), at.getFreeBytes()))
            .toList();
    return new NodeDetails(
        node.getId(),
        new HostPort(node.getHost(), node.getPort()),
        nonEmpty(node.getRack()),
        new NodeDetails.Standing(
            state(node.getState()), vote(node), node.getDraining(), node.getUpSinceMs()),
        nonEmpty(node.getQuorumAddress()),
        node.getVersion(),
        node.getAnswered() ? Optional.of(directories) : Optional.empty());
  }

  private static NodeDetails.Vote vote(Node node) {
    if (!node.getVoter()) {
      return NodeDetails.Vote.NONE;
    }
    return node.getEmptied() ? NodeDetails.Vote.EMPTIED : NodeDetails.Vote.VOTER;
  }

  private static Optional<String> nonEmpty(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static NodeDetails.State state(NodeState state) {
    return switch (state) {
      case NODE_STATE_UP -> NodeDetails.State.UP;
      case NODE_STATE_FENCED -> NodeDetails.State.FENCED;
      case NODE_STATE_STOPPING -> NodeDetails.State.STOPPING;
      case NODE_STATE_UNSPECIFIED, UNRECOGNIZED -> NodeDetails.State.UNKNOWN;
    };
  }

  static QuorumDetails quorum(DescribeQuorumResponse answer) {
    return new QuorumDetails(
        answer.hasLeader() ? OptionalInt.of(answer.getLeader()) : OptionalInt.empty(),
        answer.getAnsweredBy(),
        answer.getTerm(),
        new QuorumDetails.Log(
            answer.getLogStart(), answer.getLogEnd(), answer.getCommitted(), answer.getSnapshot()),
        voters(answer.getVotersList()));
  }

  static List<QuorumDetails.Voter> voters(List<QuorumVoter> voters) {
    return voters.stream()
        .map(voter ->
            new QuorumDetails.Voter(
                voter.getId(),
                voter.getAddress(),
                voter.getDirectoryId(),
                voter.getLogEnd(),
                voter.getLag(),
                voter.getSilentMs(),
                new QuorumDetails.Standing(state(voter.getState()), voter.getWhy())))
        .toList();
  }

  private static QuorumDetails.VoterState state(VoterState state) {
    return switch (state) {
      case VOTER_STATE_LEADER -> QuorumDetails.VoterState.LEADER;
      case VOTER_STATE_FOLLOWER -> QuorumDetails.VoterState.FOLLOWER;
      case VOTER_STATE_ANSWERING -> QuorumDetails.VoterState.ANSWERING;
      case VOTER_STATE_SILENT -> QuorumDetails.VoterState.SILENT;
      case VOTER_STATE_EMPTIED -> QuorumDetails.VoterState.EMPTIED;
      case VOTER_STATE_UNKNOWN, VOTER_STATE_UNSPECIFIED, UNRECOGNIZED ->
          QuorumDetails.VoterState.UNKNOWN;
    };
  }

  static ElectedLeaders elected(ElectLeadersResponse answer) {
    return new ElectedLeaders(
        answer.getChanged(),
        answer.getUncleanList().stream()
            .map(one ->
                new ElectedLeaders.UncleanLeader(
                    new TopicPartition(one.getTopic(), one.getPartition()),
                    one.getLeader(),
                    one.getLeaderEpoch()))
            .toList(),
        answer.getLeaderlessList().stream()
            .map(one ->
                new ElectedLeaders.Leaderless(
                    new TopicPartition(one.getTopic(), one.getPartition()), one.getNext()))
            .toList(),
        answer.getLeaderlessInAll(),
        answer.getMore());
  }

  static dev.milena.proto.v1.ReplicaMove asked(ReplicaMove move) {
    var message = dev.milena.proto.v1.ReplicaMove.newBuilder();
    switch (move) {
      case ReplicaMove.To(TopicPartition where, List<Integer> replicas) ->
          message.setTopic(where.topic()).setPartition(where.partition()).addAllReplicas(replicas);
      case ReplicaMove.Back(String topic, OptionalInt partition) -> {
        message.setTopic(topic).setCancel(true);
        partition.ifPresent(message::setPartition);
      }
    }
    return message.build();
  }

  static ChangeHistory history(AuditResponse answer) {
    return new ChangeHistory(
        answer.getChangesList().stream().map(ClusterAnswers::change).toList(),
        answer.hasNextIndex() ? OptionalLong.of(answer.getNextIndex()) : OptionalLong.empty(),
        answer.getForgottenThrough());
  }

  private static ChangeHistory.Change change(Change change) {
    return new ChangeHistory.Change(
        change.getIndex(),
        change.getTimeMs(),
        change.getPrincipal(),
        change.getAddress(),
        change.getTool(),
        change.getWhatList());
  }
}
