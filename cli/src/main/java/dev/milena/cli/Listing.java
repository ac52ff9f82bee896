package dev.milena.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.milena.client.PartitionDetails;
import dev.milena.client.TopicDetails;
import dev.milena.client.TopicListing;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What listings look like: lines with tabs, or one JSON document. */
final class Listing {
  private static final String MIN_INSYNC = "min.insync.replicas";
  private static final int KAFKAS_MIN_INSYNC = 1;
  private static final int NOBODY = -1;

  private Listing() {}

  /** Kafka's own words where there are some. */
  static String topicLines(TopicDetails topic) {
    StringBuilder text = new StringBuilder();
    text.append("Topic: ").append(topic.name());
    text.append("\tTopicId: ").append(topic.topicId());
    text.append("\tPartitionCount: ").append(topic.partitions().size());
    text.append("\tReplicationFactor: ").append(topic.replicationFactor());
    text.append("\tConfigs: ");
    text.append(
        shownConfigs(topic).entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining(",")));
    text.append('\n');
    topic.partitions().forEach(p -> text.append(partitionLine(topic.name(), p)));
    return text.toString();
  }

  /**
   * As Kafka's tools do it: what differs from Kafka's own default, whether it was set for the topic
   * or comes from elsewhere, here from the creation. So a line without min.insync.replicas means 1.
   */
  private static SortedMap<String, String> shownConfigs(TopicDetails topic) {
    SortedMap<String, String> shown = new TreeMap<>(topic.configs());
    if (topic.minInsyncReplicas() > KAFKAS_MIN_INSYNC) {
      shown.putIfAbsent(MIN_INSYNC, Integer.toString(topic.minInsyncReplicas()));
    }
    return shown;
  }

  static String partitionLine(String topic, PartitionDetails partition) {
    String leader =
        partition.leader().isPresent() ? Integer.toString(partition.leader().getAsInt()) : "none";
    return "\tTopic: "
        + topic
        + "\tPartition: "
        + partition.partition()
        + "\tLeader: "
        + leader
        + "\tReplicas: "
        + ids(partition.replicas())
        + "\tIsr: "
        + ids(partition.isr())
        + (partition.elr().isEmpty() ? "" : "\tElr: " + ids(partition.elr()))
        + lastKnownLeader(partition)
        + move(partition)
        + "\n";
  }

  private static String lastKnownLeader(PartitionDetails partition) {
    return partition.lastKnownLeader().isEmpty()
        ? ""
        : "\tLastKnownLeader: " + partition.lastKnownLeader().getAsInt();
  }

  /** Kafka's words. */
  private static String move(PartitionDetails partition) {
    return partition
        .move()
        .map(move ->
            "\tAdding Replicas: "
                + ids(move.adding())
                + "\tRemoving Replicas: "
                + ids(move.removing()))
        .orElse("");
  }

  static String ids(List<Integer> ids) {
    return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  static String topicsJson(List<TopicListing> topics) {
    return document(json -> {
      json.writeArrayFieldStart("topics");
      for (TopicListing topic : topics) {
        json.writeStartObject();
        json.writeStringField("name", topic.name());
        json.writeStringField("topicId", topic.topicId());
        json.writeNumberField("partitionCount", topic.partitionCount());
        json.writeNumberField("replicationFactor", topic.replicationFactor());
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }

  static String detailsJson(List<TopicDetails> topics) {
    return document(json -> {
      json.writeArrayFieldStart("topics");
      for (TopicDetails topic : topics) {
        json.writeStartObject();
        writeTopic(topic, json);
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }

  /** Partitions of several topics, by the topic's name. */
  static String partitionsJson(SortedMap<String, List<PartitionDetails>> partitions) {
    return document(json -> {
      json.writeArrayFieldStart("partitions");
      for (Map.Entry<String, List<PartitionDetails>> topic : partitions.entrySet()) {
        for (PartitionDetails partition : topic.getValue()) {
          json.writeStartObject();
          json.writeStringField("topic", topic.getKey());
          writePartition(partition, json);
          json.writeEndObject();
        }
      }
      json.writeEndArray();
    });
  }

  /** One topic that was changed; {@code done} says how: created, altered, deleted. */
  static String changeJson(String done, String topic, String topicId) {
    return document(json -> {
      json.writeStringField("done", done);
      json.writeStringField("topic", topic);
      json.writeStringField("topicId", topicId);
    });
  }

  private static void writeTopic(TopicDetails topic, JsonGenerator json) throws IOException {
    json.writeStringField("name", topic.name());
    json.writeStringField("topicId", topic.topicId());
    json.writeNumberField("partitionCount", topic.partitions().size());
    json.writeNumberField("replicationFactor", topic.replicationFactor());
    json.writeNumberField("minInsyncReplicas", topic.minInsyncReplicas());
    json.writeObjectFieldStart("configs");
    for (Map.Entry<String, String> config : topic.configs().entrySet()) {
      json.writeStringField(config.getKey(), config.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("partitions");
    for (PartitionDetails partition : topic.partitions()) {
      json.writeStartObject();
      writePartition(partition, json);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writePartition(PartitionDetails partition, JsonGenerator json)
      throws IOException {
    json.writeNumberField("partition", partition.partition());
    if (partition.leader().isPresent()) {
      json.writeNumberField("leader", partition.leader().getAsInt());
    } else {
      json.writeNullField("leader");
    }
    json.writeNumberField("leaderEpoch", partition.leaderEpoch());
    writeIds("replicas", partition.replicas(), json);
    writeIds("isr", partition.isr(), json);
    writeIds("elr", partition.elr(), json);
    writeKnown(json, "lastKnownLeader", partition.lastKnownLeader().orElse(NOBODY));
    if (partition.move().isPresent()) {
      PartitionDetails.Move move = partition.move().get();
      writeIds("targetReplicas", move.target(), json);
      writeIds("addingReplicas", move.adding(), json);
      writeIds("removingReplicas", move.removing(), json);
    }
  }

  static void writeIds(String name, List<Integer> ids, JsonGenerator json) throws IOException {
    json.writeFieldName(name);
    json.writeArray(ids.stream().mapToInt(Integer::intValue).toArray(), 0, ids.size());
  }

  /** A number that is at least 0, or null where it is not known: -1 stands for that on the wire. */
  static void writeKnown(JsonGenerator json, String name, long number) throws IOException {
    if (number < 0) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, number);
    }
  }

  /** Writes the fields of a document. */
  interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  static String document(Fields fields) {
    StringWriter text = new StringWriter();
    DefaultPrettyPrinter pretty =
        new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
    try (JsonGenerator json = new JsonFactory().createGenerator(text).setPrettyPrinter(pretty)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string takes whatever is written to it", e);
    }
    return text + "\n";
  }
}
