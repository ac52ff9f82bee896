package dev.milena.client;

import dev.milena.client.connection.HostPort;
import dev.milena.proto.v1.AddVoterRequest;
import dev.milena.proto.v1.AdminServiceGrpc;
import dev.milena.proto.v1.AlterTopicRequest;
import dev.milena.proto.v1.AuditRequest;
import dev.milena.proto.v1.Broker;
import dev.milena.proto.v1.ClusterServiceGrpc;
import dev.milena.proto.v1.ConfigEntry;
import dev.milena.proto.v1.CreateTopicRequest;
import dev.milena.proto.v1.DecommissionBrokerRequest;
import dev.milena.proto.v1.DeleteTopicRequest;
import dev.milena.proto.v1.DescribeClusterRequest;
import dev.milena.proto.v1.DescribeNodesRequest;
import dev.milena.proto.v1.DescribeQuorumRequest;
import dev.milena.proto.v1.DescribeTopicsRequest;
import dev.milena.proto.v1.DescribeTopicsResponse;
import dev.milena.proto.v1.DrainBrokerRequest;
import dev.milena.proto.v1.ElectLeadersRequest;
import dev.milena.proto.v1.ListTopicsRequest;
import dev.milena.proto.v1.ListTopicsResponse;
import dev.milena.proto.v1.PartitionDescription;
import dev.milena.proto.v1.ReassignPartitionsRequest;
import dev.milena.proto.v1.RemoveVoterRequest;
import dev.milena.proto.v1.TopicDescription;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Creates, changes, deletes and describes topics, and looks after the cluster: its nodes, its
 * quorum and the history of its changes.
 *
 * <p>Each call blocks for {@link ClientSettings#requestTimeoutMs} at most and is tried on one
 * broker after another. It throws {@link MilenaException} when the cluster refused, {@link
 * NoBrokerReachable} when nobody could be asked. A change whose answer was lost is not repeated: it
 * is reported with the status DEADLINE_EXCEEDED or the reason CONNECTION_LOST.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class Admin {
  private final BrokerCalls calls;

  Admin(BrokerCalls calls) {
    this.calls = calls;
  }

  /** Creates a topic; every broker that is up knows it when this returns. */
  public TopicDetails createTopic(NewTopic topic) {
    return details(
        calls
            .call(
                AdminServiceGrpc.getCreateTopicMethod(),
                BrokerCalls.Kind.CHANGE,
                timeoutMs -> {
                  CreateTopicRequest.Builder request =
                      CreateTopicRequest.newBuilder()
                          .setTopic(topic.name())
                          .putAllConfigs(topic.configs())
                          .setTimeoutMs(timeoutMs);
                  topic.partitions().ifPresent(request::setPartitions);
                  topic.replicationFactor().ifPresent(request::setReplicationFactor);
                  return request.build();
                })
            .getTopic());
  }

  /** Raises the number of partitions, sets and deletes configs. */
  public TopicDetails alterTopic(TopicChange change) {
    return details(
        calls
            .call(
                AdminServiceGrpc.getAlterTopicMethod(),
                BrokerCalls.Kind.CHANGE,
                timeoutMs -> {
                  AlterTopicRequest.Builder request =
                      AlterTopicRequest.newBuilder()
                          .setTopic(change.name())
                          .putAllSetConfigs(change.setConfigs())
                          .addAllDeleteConfigs(change.deleteConfigs())
                          .setTimeoutMs(timeoutMs);
                  change.partitions().ifPresent(request::setPartitions);
                  return request.build();
                })
            .getTopic());
  }

  /**
   * Deletes a topic and its records.
   *
   * @return the id it had
   */
  public String deleteTopic(String name) {
    return calls
        .call(
            AdminServiceGrpc.getDeleteTopicMethod(),
            BrokerCalls.Kind.CHANGE,
            timeoutMs ->
                DeleteTopicRequest.newBuilder().setTopic(name).setTimeoutMs(timeoutMs).build())
        .getTopicId();
  }

  /** Every topic, sorted by name. */
  public List<TopicListing> listTopics() {
    return listTopics(_ -> {});
  }

  /**
   * Every topic, sorted by name.
   *
   * @param mayBeOld is told why, if a change that was answered before may be missing
   */
  public List<TopicListing> listTopics(Consumer<String> mayBeOld) {
    ListTopicsResponse answer =
        calls.call(
            AdminServiceGrpc.getListTopicsMethod(),
            BrokerCalls.Kind.READ,
            timeoutMs -> ListTopicsRequest.getDefaultInstance());
    tell(answer.getMayBeOld(), mayBeOld);
    return answer.getTopicsList().stream()
        .map(t ->
            new TopicListing(
                t.getName(), t.getTopicId(), t.getPartitionCount(), t.getReplicationFactor()))
        .toList();
  }

  /**
   * Topics with their partitions, sorted by name.
   *
   * @param names which; empty for all. One unknown name fails the call.
   */
  public List<TopicDetails> describeTopics(Collection<String> names) {
    return describeTopics(names, _ -> {});
  }

  /**
   * Topics with their partitions, sorted by name.
   *
   * @param names which; empty for all. One unknown name fails the call.
   * @param mayBeOld is told why, if a change that was answered before may be missing
   */
  public List<TopicDetails> describeTopics(Collection<String> names, Consumer<String> mayBeOld) {
    DescribeTopicsResponse answer = describe(names);
    tell(answer.getMayBeOld(), mayBeOld);
    return answer.getTopicsList().stream().map(Admin::details).toList();
  }

  private static void tell(String why, Consumer<String> mayBeOld) {
    if (!why.isEmpty()) {
      mayBeOld.accept(why);
    }
  }

  /** The brokers of the cluster. */
  public ClusterDetails describeCluster() {
    var answer =
        calls.call(
            AdminServiceGrpc.getDescribeClusterMethod(),
            BrokerCalls.Kind.READ,
            timeoutMs -> DescribeClusterRequest.getDefaultInstance());
    List<BrokerDetails> brokers = answer.getBrokersList().stream().map(Admin::broker).toList();
    calls.learn(brokers.stream().map(BrokerDetails::address).toList());
    return new ClusterDetails(answer.getClusterId(), brokers, answer.getAnsweredBy());
  }

  /** The nodes of the cluster, with what those say of themselves that answer within a second. */
  public ClusterNodes describeNodes() {
    ClusterNodes nodes =
        ClusterAnswers.nodes(
            calls.call(
                ClusterServiceGrpc.getDescribeNodesMethod(),
                BrokerCalls.Kind.READ,
                timeoutMs -> DescribeNodesRequest.getDefaultInstance()));
    calls.learn(nodes.nodes().stream().map(NodeDetails::address).toList());
    return nodes;
  }

  /** The quorum that coordinates the cluster, as its leader sees it. */
  public QuorumDetails describeQuorum() {
    return ClusterAnswers.quorum(
        calls.call(
            ClusterServiceGrpc.getDescribeQuorumMethod(),
            BrokerCalls.Kind.READ,
            timeoutMs -> DescribeQuorumRequest.getDefaultInstance()));
  }

  /**
   * Makes a running node a voter of the quorum, or gives one that lost its disk its vote back.
   *
   * @param quorumAddress HOST:PORT of its quorum listener
   * @return the voters there are now
   */
  public List<QuorumDetails.Voter> addVoter(int id, String quorumAddress) {
    return ClusterAnswers.voters(
        calls
            .call(
                ClusterServiceGrpc.getAddVoterMethod(),
                BrokerCalls.Kind.CHANGE,
                timeoutMs ->
                    AddVoterRequest.newBuilder()
                        .setId(id)
                        .setAddress(quorumAddress)
                        .setTimeoutMs(timeoutMs)
                        .build())
            .getVotersList());
  }

  /**
   * Takes a voter's vote; the node stays a broker.
   *
   * @return the voters there are now
   */
  public List<QuorumDetails.Voter> removeVoter(int id) {
    return ClusterAnswers.voters(
        calls
            .call(
                ClusterServiceGrpc.getRemoveVoterMethod(),
                BrokerCalls.Kind.CHANGE,
                timeoutMs ->
                    RemoveVoterRequest.newBuilder().setId(id).setTimeoutMs(timeoutMs).build())
            .getVotersList());
  }

  /**
   * Moves the replicas of a broker to others, some thousands by one call: ask again while some are
   * left. It gets no new ones from then on. {@link #describeTopics} shows how far it is.
   *
   * @param cancel instead, what moves away from it stays, and it gets new ones again
   */
  public BegunDrain drain(int brokerId, boolean cancel) {
    var answer =
        calls.call(
            ClusterServiceGrpc.getDrainBrokerMethod(),
            BrokerCalls.Kind.CHANGE,
            timeoutMs ->
                DrainBrokerRequest.newBuilder()
                    .setId(brokerId)
                    .setCancel(cancel)
                    .setTimeoutMs(timeoutMs)
                    .build());
    return new BegunDrain(answer.getChanged(), answer.getLeft());
  }

  /** Has the cluster forget a broker that is gone for good. */
  public void decommission(int brokerId) {
    var _ =
        calls.call(
            ClusterServiceGrpc.getDecommissionBrokerMethod(),
            BrokerCalls.Kind.CHANGE,
            timeoutMs ->
                DecommissionBrokerRequest.newBuilder()
                    .setId(brokerId)
                    .setTimeoutMs(timeoutMs)
                    .build());
  }

  /**
   * Gives partitions their preferred leader where it can lead, those without a leader any eligible
   * one; by order, where nobody eligible is up, any replica that is.
   */
  public ElectedLeaders electLeaders(ElectedLeaders.Wanted wanted) {
    return ClusterAnswers.elected(
        calls.call(
            ClusterServiceGrpc.getElectLeadersMethod(),
            BrokerCalls.Kind.CHANGE,
            timeoutMs -> {
              ElectLeadersRequest.Builder request =
                  ElectLeadersRequest.newBuilder()
                      .setUnclean(wanted.unclean())
                      .setTimeoutMs(timeoutMs);
              wanted.topic().ifPresent(request::setTopic);
              wanted.partition().ifPresent(request::setPartition);
              return request.build();
            }));
  }

  /**
   * Moves replicas of partitions, or calls moves back: all or nothing. Returns when it is begun;
   * {@link #describeTopics} shows how far it is.
   */
  public BegunMoves moveReplicas(List<ReplicaMove> moves) {
    var answer =
        calls.call(
            ClusterServiceGrpc.getReassignPartitionsMethod(),
            BrokerCalls.Kind.CHANGE,
            timeoutMs ->
                ReassignPartitionsRequest.newBuilder()
                    .addAllMoves(moves.stream().map(ClusterAnswers::asked).toList())
                    .setTimeoutMs(timeoutMs)
                    .build());
    return new BegunMoves(answer.getChanged(), answer.getUnderWay());
  }

  /**
   * A page of the history of metadata changes: who changed what, from where, with what, and when.
   *
   * @param fromIndex 0 for the first page, then what the page before says
   */
  public ChangeHistory audit(ChangeHistory.Wanted wanted, long fromIndex) {
    return ClusterAnswers.history(
        calls.call(
            ClusterServiceGrpc.getAuditMethod(),
            BrokerCalls.Kind.READ,
            timeoutMs ->
                AuditRequest.newBuilder()
                    .setTopic(wanted.topic())
                    .setSinceMs(wanted.sinceMs())
                    .setFromIndex(fromIndex)
                    .build()));
  }

  /** Topics and the brokers they are on, as the broker says it. */
  DescribeTopicsResponse describe(Collection<String> names) {
    DescribeTopicsResponse answer =
        calls.call(
            AdminServiceGrpc.getDescribeTopicsMethod(),
            BrokerCalls.Kind.READ,
            timeoutMs -> DescribeTopicsRequest.newBuilder().addAllTopics(names).build());
    calls.learn(answer.getBrokersList().stream().map(Admin::address).toList());
    return answer;
  }

  private static BrokerDetails broker(Broker broker) {
    return new BrokerDetails(
        broker.getId(),
        address(broker),
        broker.getRack().isEmpty() ? Optional.empty() : Optional.of(broker.getRack()),
        broker.getFenced());
  }

  static HostPort address(Broker broker) {
    return new HostPort(broker.getHost(), broker.getPort());
  }

  private static TopicDetails details(TopicDescription topic) {
    SortedMap<String, String> configs = new TreeMap<>();
    for (ConfigEntry config : topic.getConfigsList()) {
      configs.put(config.getKey(), config.getValue());
    }
    return new TopicDetails(
        topic.getName(),
        topic.getTopicId(),
        topic.getReplicationFactor(),
        topic.getMinInsyncReplicas(),
        topic.getPartitionsList().stream().map(Admin::partition).toList(),
        configs);
  }

  private static PartitionDetails partition(PartitionDescription partition) {
    return new PartitionDetails(
        partition.getPartition(),
        partition.hasLeader() ? OptionalInt.of(partition.getLeader()) : OptionalInt.empty(),
        partition.getLeaderEpoch(),
        partition.getReplicasList(),
        partition.getIsrList(),
        new PartitionDetails.Eligible(
            partition.getElrList(),
            partition.hasLastKnownLeader()
                ? OptionalInt.of(partition.getLastKnownLeader())
                : OptionalInt.empty()),
        partition.getTargetReplicasCount() == 0
            ? Optional.empty()
            : Optional.of(
                new PartitionDetails.Move(
                    partition.getTargetReplicasList(),
                    partition.getAddingReplicasList(),
                    partition.getRemovingReplicasList())));
  }
}
