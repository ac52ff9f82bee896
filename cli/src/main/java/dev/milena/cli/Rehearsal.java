package dev.milena.cli;

import dev.milena.client.ClientSettings;
import dev.milena.client.ConsumerSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.NewTopic;
import dev.milena.client.OutgoingRecord;
import dev.milena.client.Producer;
import dev.milena.client.ProducerSettings;
import dev.milena.client.StartAt;
import dev.milena.client.TopicPartition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a cluster does all day, in a few seconds. A build runs it against nodes that record their
 * start-up archive (JEP 515: the archive holds what the JVM learnt about hot methods), so that a
 * node compiles those at once when it starts. Not a command of {@code kafkactl}.
 *
 * <pre>
 * java -cp ... dev.milena.cli.Rehearsal HOST:PORT...       one address of each node
 * </pre>
 */
public final class Rehearsal {
  /** Enough for what a change of the metadata calls to count as hot. */
  private static final int TOPICS = 250;

  private static final int WIDE_PARTITIONS = 500;
  private static final int DESCRIPTIONS = 50;
  private static final int RECORDS = 30_000;
  private static final int RECORD_BYTES = 1_024;

  /** For a call, and for reading all; a busy machine, on which builds run, takes its time. */
  private static final int PATIENCE_MS = 60_000;

  private static final long POLL_MS = 500;

  private final List<MilenaClient> nodes;

  private Rehearsal(List<MilenaClient> nodes) {
    this.nodes = nodes;
  }

  /** Runs it once; an exception ends it with 1. */
  public static void main(String[] addresses) {
    List<MilenaClient> nodes = new ArrayList<>();
    try {
      for (String address : addresses) {
        nodes.add(
            MilenaClient.connect(ClientSettings.of(address).withRequestTimeoutMs(PATIENCE_MS)));
      }
      if (!nodes.getFirst().admin().listTopics().isEmpty()) {
        throw new IllegalArgumentException(
            "the cluster at %s has topics; a rehearsal makes hundreds, and wants a new cluster"
                .formatted(String.join(", ", addresses)));
      }
      Rehearsal rehearsal = new Rehearsal(nodes);
      rehearsal.changeMetadata();
      rehearsal.moveRecords();
    } finally {
      nodes.forEach(MilenaClient::close);
    }
  }

  private void changeMetadata() {
    for (int i = 0; i < TOPICS; i++) {
      nodes.get(i % nodes.size()).admin().createTopic(NewTopic.of("small-" + i, 1, nodes.size()));
    }
    nodes.getFirst().admin().createTopic(NewTopic.of("wide", WIDE_PARTITIONS, nodes.size()));
    for (int i = 0; i < DESCRIPTIONS; i++) {
      nodes.get(i % nodes.size()).admin().describeTopics(List.of("wide"));
    }
    for (int i = 0; i < TOPICS; i += nodes.size()) {
      String _ = nodes.getFirst().admin().deleteTopic("small-" + i);
    }
  }

  /** Each node leads a partition of the topic, so each is written to and read from. */
  private void moveRecords() {
    MilenaClient client = nodes.getFirst();
    client.admin().createTopic(NewTopic.of("records", nodes.size(), 1));
    try (Producer producer = client.producer(ProducerSettings.defaults())) {
      byte[] value = new byte[RECORD_BYTES];
      for (int i = 0; i < RECORDS; i++) {
        value[i % RECORD_BYTES]++;
        OutgoingRecord record = OutgoingRecord.of("records", ByteBuffer.wrap(value.clone()));
        var _ = producer.send(record.to(i % nodes.size()));
      }
      producer.flush();
    }
    Map<TopicPartition, StartAt> starts =
        client.partitionsOf("records").stream()
            .collect(
                Collectors.toMap(
                    Function.identity(), _ -> new StartAt.Earliest(), (a, _) -> a, TreeMap::new));
    readAll(client, starts);
  }

  private static void readAll(MilenaClient client, Map<TopicPartition, StartAt> starts) {
    long end = System.nanoTime() + PATIENCE_MS * 1_000_000L;
    int read = 0;
    try (var consumer = client.consumer(ConsumerSettings.defaults(), starts)) {
      while (read < RECORDS && System.nanoTime() < end) {
        read += consumer.pollRecords(POLL_MS).size();
      }
    }
    if (read < RECORDS) {
      throw new IllegalStateException(
          "wrote %s records and read %s in %s ms".formatted(RECORDS, read, PATIENCE_MS));
    }
  }
}
