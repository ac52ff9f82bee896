package dev.milena.client;

import dev.milena.client.connection.Connections;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The way into a cluster: administration, producers and consumers over shared connections.
 *
 * <pre>{@code
 * try (MilenaClient client = MilenaClient.connect(ClientSettings.of("localhost:9092"));
 *     Producer producer = client.producer(ProducerSettings.defaults())) {
 *   client.admin().createTopic(NewTopic.of("logs", 3, 1));
 *   producer.send(OutgoingRecord.of("logs", value)).get();
 * }
 * }</pre>
 *
 * <p>Close producers and consumers before their client.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class MilenaClient implements AutoCloseable {
  private final Connections connections;
  private final BrokerCalls calls;
  private final Admin admin;
  private final LeaderCache leaders;

  private MilenaClient(ClientSettings settings) {
    this.connections = new Connections(settings.clientId(), settings.connectTimeoutMs());
    this.calls = new BrokerCalls(settings, connections);
    this.admin = new Admin(calls);
    this.leaders = new LeaderCache(admin);
  }

  /** A client; it connects when it is first used. */
  public static MilenaClient connect(ClientSettings settings) {
    return new MilenaClient(settings);
  }

  /** Topics and brokers. */
  public Admin admin() {
    return admin;
  }

  /** A producer, with a thread of its own; the caller closes it. */
  public Producer producer(ProducerSettings settings) {
    return new Producer(settings, connections, leaders, calls);
  }

  /** A reader of records; the caller closes it. */
  public Consumer consumer(ConsumerSettings settings, Map<TopicPartition, StartAt> starts) {
    return new Consumer(settings, batchConsumer(settings, starts));
  }

  /**
   * A reader of whole batches; the caller closes it.
   *
   * @param starts which partitions, and where to begin in each. The latest offset is looked up
   *     before this returns, so what is written afterwards is read.
   */
  public BatchConsumer batchConsumer(
      ConsumerSettings settings, Map<TopicPartition, StartAt> starts) {
    Map<TopicPartition, StartAt> resolved = new TreeMap<>(starts);
    resolved.replaceAll(this::resolve);
    return new BatchConsumer(settings, connections::to, leaders, resolved);
  }

  /** The partitions of a topic. */
  public Set<TopicPartition> partitionsOf(String topic) {
    Set<TopicPartition> all = new TreeSet<>();
    int count = leaders.get(topic).partitionCount();
    IntStream.range(0, count).forEach(p -> all.add(new TopicPartition(topic, p)));
    return all;
  }

  /**
   * The offset that the next committed record of a partition gets, or the first still kept.
   *
   * @param place where
   */
  public long offset(TopicPartition where, StartAt place) {
    return new OffsetLookup(connections, leaders, calls.requestTimeoutMs()).find(where, place);
  }

  private StartAt resolve(TopicPartition where, StartAt start) {
    return start instanceof StartAt.Latest ? new StartAt.Offset(offset(where, start)) : start;
  }

  /** Ends all connections; what is under way fails. */
  @Override
  public void close() {
    connections.close();
  }
}
