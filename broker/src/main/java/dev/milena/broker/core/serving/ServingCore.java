package dev.milena.broker.core.serving;

import dev.milena.broker.core.BrokerCore;
import dev.milena.broker.core.ClusterView;
import dev.milena.broker.core.DescribeOutcome;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.OffsetsCall;
import dev.milena.broker.core.OffsetsOutcome;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.ProduceCall;
import dev.milena.broker.core.ProducerOutcome;
import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.RecordsCall;
import dev.milena.broker.core.RecordsOutcome;
import dev.milena.broker.core.TopicCall;
import dev.milena.broker.core.TopicOutcome;
import dev.milena.broker.core.hosting.BrokerClock;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The core of a running broker: gives each kind of call to the entry that knows its way. */
@OwnedBy(Owner.ANY_THREAD)
public final class ServingCore implements BrokerCore {
  /** Before a topic is said to be unknown, the quorum has this long to speak. */
  private static final long UNKNOWN_MS = 2_000;

  /** Shorter: a topic that is known is shown also when nobody can say how it is now. */
  private static final long SHOWN_MS = 300;

  private final ProduceEntry produces;
  private final RecordsEntry records;
  private final ReadEntry reads;
  private final TopicEntry topics;
  private final ProducerIds producers;
  private final BrokerClock clock;

  private ServingCore(
      ProduceEntry produces,
      RecordsEntry records,
      ReadEntry reads,
      TopicEntry topics,
      ProducerIds producers,
      BrokerClock clock) {
    this.produces = produces;
    this.records = records;
    this.reads = reads;
    this.topics = topics;
    this.producers = producers;
    this.clock = clock;
  }

  /**
   * What a core stands between.
   *
   * @param gateway the way to the quorum
   * @param feed what the image wants
   * @param loops who owns the partitions
   * @param applied how far the feed is
   * @param clock for deadlines and timestamps
   */
  public record Surroundings(
      QuorumGateway gateway,
      ImageFeed feed,
      PartitionLoops loops,
      AppliedIndex applied,
      BrokerClock clock) {}

  /** Builds the entries of a broker's core. */
  public static ServingCore over(Surroundings around, CoreSettings settings) {
    CatchUp catchUp = new CatchUp(around.gateway(), around.applied(), UNKNOWN_MS);
    LeasedCatchUp shown =
        new LeasedCatchUp(
            new CatchUp(around.gateway(), around.applied(), SHOWN_MS),
            around.feed(),
            around.clock());
    PartitionRouting routing =
        new PartitionRouting(settings.self(), around.feed(), around.loops(), catchUp);
    BytesInFlight inFlight = new BytesInFlight(settings.limits().bytesInFlight());
    ProduceEntry produces =
        new ProduceEntry(
            routing,
            inFlight,
            around.clock(),
            new SessionRule(settings.self(), settings.sessionMs()),
            around.gateway()::clusterTime);
    var broker =
        new TopicEntry.Broker(
            settings.self(),
            settings.clusterId(),
            around.feed(),
            new TopicCommands(settings.topics()));
    return new ServingCore(
        produces,
        new RecordsEntry(routing, produces, inFlight, settings.topics().configs(), around.clock()),
        new ReadEntry(routing, around.clock()),
        new TopicEntry(
            broker, around.gateway(), around.applied(), new TopicEntry.CatchUps(catchUp, shown)),
        new ProducerIds(settings.self(), around.gateway(), around.feed()),
        around.clock());
  }

  /** Gets from the quorum what is needed later, when it may have no leader. */
  public void stockUp() {
    producers.stockUp();
  }

  @Override
  public void produce(ProduceCall call, Consumer<? super List<PartOutcome>> answer) {
    produces.produce(call, answer);
  }

  @Override
  public void produceRecords(RecordsCall call, Consumer<? super RecordsOutcome> answer) {
    records.produce(call, answer);
  }

  @Override
  public void newProducer(Consumer<? super ProducerOutcome> answer) {
    producers.give(answer);
  }

  @Override
  public void fetch(FetchCall call, Consumer<? super FetchOutcome> answer) {
    reads.fetch(call, answer);
  }

  @Override
  public void listOffsets(OffsetsCall call, Consumer<? super OffsetsOutcome> answer) {
    reads.listOffsets(call, answer);
  }

  @Override
  public void changeTopic(TopicCall call, Consumer<? super TopicOutcome> answer) {
    topics.change(call, clock, answer);
  }

  @Override
  public void describeTopics(Set<String> names, Consumer<? super DescribeOutcome> answer) {
    topics.describe(names, answer);
  }

  @Override
  public ClusterView cluster() {
    return topics.cluster();
  }
}
