package dev.milena.node.cluster;

import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.TopicId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Says what the records of a step changed, a sentence each. Pure. */
final class AuditSentences {
  /** A step that fences a broker may change ten thousand partitions; nobody reads as many lines. */
  static final int MOST_OF_A_STEP = 20;

  private final Function<TopicId, Optional<String>> names;
  private final Optional<Predicate<TopicId>> onlyOf;

  /**
   * Sentences.
   *
   * @param names what topics are or were called
   * @param onlyOf leave out what is of no such topic; empty: leave nothing out
   */
  AuditSentences(Function<TopicId, Optional<String>> names, Optional<Predicate<TopicId>> onlyOf) {
    this.names = names;
    this.onlyOf = onlyOf;
  }

  /** What the step changed; empty when nothing of it is of interest. */
  List<String> of(JournalStep step) {
    List<MetadataRecord> records = step.records().stream().filter(this::isWanted).toList();
    List<String> said = new ArrayList<>();
    records.stream().limit(MOST_OF_A_STEP).map(this::sentence).forEach(said::add);
    if (records.size() > MOST_OF_A_STEP) {
      said.add("%s changes more by the same command".formatted(records.size() - MOST_OF_A_STEP));
    }
    return said;
  }

  private boolean isWanted(MetadataRecord record) {
    if (onlyOf.isEmpty()) {
      return true;
    }
    Predicate<TopicId> wanted = onlyOf.get();
    return switch (record) {
      case MetadataRecord.TopicCreated created -> wanted.test(created.id());
      case MetadataRecord.PartitionsAdded added -> wanted.test(added.id());
      case MetadataRecord.TopicConfigsChanged changed -> wanted.test(changed.id());
      case MetadataRecord.TopicDeleted deleted -> wanted.test(deleted.id());
      case MetadataRecord.PartitionChanged changed -> wanted.test(changed.id());
      case MetadataRecord.BrokerRegistered _,
          MetadataRecord.BrokerFenced _,
          MetadataRecord.BrokerUnfenced _,
          MetadataRecord.BrokerStopBegun _,
          MetadataRecord.BrokerRemoved _ ->
          false;
    };
  }

  private String sentence(MetadataRecord record) {
    return switch (record) {
      case MetadataRecord.TopicCreated created -> created(created);
      case MetadataRecord.PartitionsAdded(TopicId id, List<PartitionImage> partitions) ->
          "added %s to topic %s, now %s"
              .formatted(
                  partitions(partitions.size()), name(id), partitions.getLast().partition() + 1);
      case MetadataRecord.TopicConfigsChanged changed -> configured(changed);
      case MetadataRecord.TopicDeleted(TopicId id) -> "deleted topic " + named(id);
      case MetadataRecord.PartitionChanged(TopicId id, PartitionImage partition) ->
          changed(name(id) + "-" + partition.partition(), partition);
      case MetadataRecord.BrokerRegistered(BrokerImage broker) ->
          "broker %s registered at %s:%s, fenced until it is ready"
              .formatted(broker.id(), broker.host(), broker.port());
      case MetadataRecord.BrokerFenced(int id, long _) -> "broker %s fenced".formatted(id);
      case MetadataRecord.BrokerUnfenced(int id, long _, long _) ->
          "broker %s unfenced".formatted(id);
      case MetadataRecord.BrokerStopBegun(int id, long _) ->
          "broker %s began a controlled shutdown".formatted(id);
      case MetadataRecord.BrokerRemoved(int id) -> "broker %s decommissioned".formatted(id);
    };
  }

  private static String created(MetadataRecord.TopicCreated created) {
    StringBuilder text = new StringBuilder();
    text.append("created topic ").append(created.name()).append(" (").append(created.id());
    text.append("), ").append(partitions(created.partitions().size()));
    text.append(", replication factor ").append(created.partitions().getFirst().replicas().size());
    if (!created.configs().isEmpty()) {
      text.append(", with ").append(pairs(created.configs()));
    }
    return text.toString();
  }

  private String configured(MetadataRecord.TopicConfigsChanged changed) {
    List<String> parts = new ArrayList<>();
    if (!changed.set().isEmpty()) {
      parts.add("set " + pairs(changed.set()));
    }
    if (!changed.deleted().isEmpty()) {
      parts.add("put " + String.join(", ", changed.deleted()) + " back to the default");
    }
    return "topic %s: %s".formatted(name(changed.id()), String.join("; ", parts));
  }

  private static String changed(String partition, PartitionImage now) {
    StringBuilder text = new StringBuilder();
    if (now.hasLeader()) {
      text.append("leader of ").append(partition).append(" is ").append(now.leader());
    } else {
      text.append(partition).append(" has no leader");
    }
    text.append(", epoch ").append(now.leaderEpoch());
    text.append(", replicas ").append(ids(now.replicas()));
    text.append(", in sync ").append(ids(now.isr()));
    if (!now.elr().isEmpty()) {
      text.append(", eligible ").append(ids(now.elr()));
    }
    if (now.reassignment().isUnderWay()) {
      text.append(", moving to ").append(ids(now.reassignment().target()));
    }
    return text.toString();
  }

  private static String ids(List<Integer> ids) {
    return ids.isEmpty()
        ? "none"
        : ids.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static String pairs(SortedMap<String, String> configs) {
    return new TreeMap<>(configs)
        .entrySet().stream()
            .map(config -> config.getKey() + "=" + config.getValue())
            .collect(Collectors.joining(", "));
  }

  private static String partitions(int count) {
    return count == 1 ? "1 partition" : count + " partitions";
  }

  /** Its name, or where the journal does not tell it any more, its id. */
  private String name(TopicId id) {
    return names.apply(id).orElseGet(() -> id.toString());
  }

  private String named(TopicId id) {
    return names
        .apply(id)
        .map(name -> "%s (%s)".formatted(name, id))
        .orElseGet(() -> id.toString());
  }
}
