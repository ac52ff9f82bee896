package dev.milena.benchmarks;

import dev.milena.client.MilenaClient;
import dev.milena.client.NewTopic;
import dev.milena.client.TopicPartition;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Where a load goes: the brokers, their processes, and a topic that is made if it is not there. */
final class LoadTarget {
  @Option(names = "--bootstrap-server", defaultValue = "localhost:9092")
  private String bootstrap = "";

  @Option(names = "--topic", defaultValue = "load")
  private String topic = "";

  @Option(names = "--partitions", defaultValue = "6")
  private int partitions;

  @Option(names = "--replication-factor", defaultValue = "1")
  private int replicationFactor;

  @Option(names = "--min-insync-replicas", defaultValue = "1")
  private int minInsync;

  @Option(names = "--broker-pids", split = ",", description = "whose CPU seconds to print (Linux)")
  private List<Long> pids = List.of();

  @Option(
      names = "--broker-http",
      split = ",",
      description = "HOST:PORT of their metrics, to print how often they sync")
  private List<String> metrics = List.of();

  String bootstrap() {
    return bootstrap;
  }

  String topic() {
    return topic;
  }

  BrokerCost cost() {
    return new BrokerCost(pids, metrics);
  }

  /** The topic's partitions; makes it if it is not there. */
  List<TopicPartition> partitions(MilenaClient client) {
    boolean exists =
        client.admin().listTopics().stream().anyMatch(listing -> listing.name().equals(topic));
    if (!exists) {
      TreeMap<String, String> configs = new TreeMap<>();
      configs.put("min.insync.replicas", Integer.toString(minInsync));
      client
          .admin()
          .createTopic(
              new NewTopic(
                  topic, OptionalInt.of(partitions), OptionalInt.of(replicationFactor), configs));
    }
    return List.copyOf(client.partitionsOf(topic));
  }
}
