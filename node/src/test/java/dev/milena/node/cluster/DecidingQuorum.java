package dev.milena.node.cluster;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.broker.core.Caller;
import dev.milena.broker.core.ClusterTime;
import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.RunStanding;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.CommandStamp;
import dev.milena.metadata.EntryPlace;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.IsrChange;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataFollower;
import dev.milena.metadata.MetadataState;
import dev.milena.metadata.MetadataView;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReadAnswer;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.TopicId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.pcollections.TreePMap;

/**
 * A quorum that decides at once on the caller's thread; brokers of it are rows and nothing more.
 */
final class DecidingQuorum implements QuorumGateway, MetadataView {
  static final Caller CALLER = new Caller("grpc", "127.0.0.1:5", "ANONYMOUS", "a test");

  private MetadataState state = MetadataState.EMPTY;
  private long index;
  private int commands;
  private boolean reachable = true;

  /** Brokers 1 to {@code count}, up. */
  static DecidingQuorum withBrokers(int count) {
    DecidingQuorum quorum = new DecidingQuorum();
    for (int id = 1; id <= count; id++) {
      quorum.decide(
          new MetadataCommand.RegisterBroker(
              id, "h" + id, 9092, "", new IncarnationId(7, id), IncarnationId.NONE));
      quorum.up(id);
    }
    return quorum;
  }

  /** Nobody answers from now on. */
  void cutOff() {
    reachable = false;
  }

  /** How many commands were decided. */
  int commands() {
    return commands;
  }

  QuorumAnswer decide(MetadataCommand command) {
    index++;
    commands++;
    CommandStamp stamp = new CommandStamp(1_000 * index, new TopicId(1, index), 77 * index);
    MetadataState.Step step =
        state.step(
            new EntryPlace(1, index),
            new SubmittedCommand(RequestId.NONE, new CommandOrigin("a", "", ""), command),
            stamp);
    state = step.state();
    return step.answer();
  }

  void up(int broker) {
    decide(new MetadataCommand.UnfenceBroker(broker, epoch(broker)));
  }

  void down(int broker) {
    decide(new MetadataCommand.FenceBroker(broker, epoch(broker)));
  }

  private long epoch(int broker) {
    return image().broker(broker).orElseThrow().brokerEpoch();
  }

  /** A topic of these replicas, one text like "1,2,3" for each partition. */
  DecidingQuorum withTopic(String name, String... replicas) {
    List<List<Integer>> assigned =
        Arrays.stream(replicas)
            .map(one -> Stream.of(one.split(",", -1)).map(Integer::valueOf).toList())
            .toList();
    QuorumAnswer answer =
        decide(
            new MetadataCommand.CreateTopic(
                name, replicas.length, new ReplicaPlan.Assigned(assigned), TreePMap.empty(), 1));
    assertInstanceOf(QuorumAnswer.Decided.class, answer);
    return this;
  }

  PartitionImage row(String topic, int partition) {
    return image().topic(topic).orElseThrow().partition(partition).orElseThrow();
  }

  /** The leader has these in sync, and itself. */
  void inSync(String topic, int partition, Integer... brokers) {
    PartitionImage row = row(topic, partition);
    PartitionId id = new PartitionId(image().topic(topic).orElseThrow().id(), partition);
    decide(
        new MetadataCommand.ChangeIsr(
            row.leader(),
            epoch(row.leader()),
            List.of(
                new IsrChange(
                    id,
                    row.leaderEpoch(),
                    row.partitionEpoch(),
                    Arrays.stream(brokers)
                        .map(broker -> new IsrChange.Member(broker, epoch(broker)))
                        .toList()))));
  }

  @Override
  public CompletionStage<QuorumAnswer> submit(
      MetadataCommand command, CommandOrigin origin, long timeoutMs) {
    return CompletableFuture.completedFuture(
        reachable ? decide(command) : new QuorumAnswer.Unavailable("no leader"));
  }

  @Override
  public CompletionStage<ReadAnswer> readIndex(long timeoutMs) {
    return CompletableFuture.completedFuture(
        reachable ? new ReadAnswer.CaughtUp(index) : new ReadAnswer.Unavailable("no leader"));
  }

  @Override
  public CompletionStage<Boolean> awaitSpread(long upTo, long timeoutMs) {
    return CompletableFuture.completedFuture(true);
  }

  @Override
  public void announce(RunStanding standing) {
    // nobody watches
  }

  @Override
  public void acknowledge(long applied) {
    // nobody watches
  }

  @Override
  public Optional<ClusterTime> clusterTime() {
    return Optional.empty();
  }

  @Override
  public MetadataView view() {
    return this;
  }

  @Override
  public ClusterImage image() {
    return state.image();
  }

  @Override
  public long appliedIndex() {
    return index;
  }

  @Override
  public void follow(MetadataFollower follower) {
    throw new AssertionError("nobody follows");
  }
}
