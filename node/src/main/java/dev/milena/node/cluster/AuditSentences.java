package dev.milena.node.cluster;

import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.TopicId;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Says what the records of a step changed, a sentence each. Pure. */
final class AuditSentences {
  /** Of what is not about partitions; nobody reads more lines of one step. */
  static final int MOST_OF_A_STEP = 20;

  /** A page is sent as one message; ten thousand partitions of a topic with a usual name fit. */
  static final int MOST_CHARS_OF_A_TOPIC = 1 << 20;

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
    return onlyOf.isPresent() ? each(records) : gathered(records);
  }

  /** Of one topic all, as far as a page holds them. */
  private List<String> each(List<MetadataRecord> records) {
    List<String> said = new ArrayList<>();
    int chars = 0;
    for (MetadataRecord record : records) {
      String sentence = sentence(record);
      chars += sentence.length();
      if (chars > MOST_CHARS_OF_A_TOPIC) {
        said.add(count(records.size() - said.size(), "change") + " more by the same command");
        return said;
      }
      said.add(sentence);
    }
    return said;
  }

  /** What happened to partitions together: it is a consequence, and would hide the rest. */
  private List<String> gathered(List<MetadataRecord> records) {
    List<MetadataRecord.PartitionChanged> partitions = new ArrayList<>();
    List<String> said = new ArrayList<>();
    for (MetadataRecord record : records) {
      if (record instanceof MetadataRecord.PartitionChanged changed) {
        partitions.add(changed);
      } else if (said.size() < MOST_OF_A_STEP) {
        said.add(sentence(record));
      }
    }
    int unsaid = records.size() - partitions.size() - said.size();
    if (unsaid > 0) {
      said.add(count(unsaid, "change") + " more by the same command");
    }
    if (partitions.size() == 1) {
      said.add(sentence(partitions.getFirst()));
    } else if (!partitions.isEmpty()) {
      said.add(together(partitions));
    }
    return said;
  }

  /** Who leads them now; who did before is in no record. */
  private String together(List<MetadataRecord.PartitionChanged> changes) {
    SortedMap<Integer, Integer> led = new TreeMap<>();
    NavigableSet<TopicId> topics = new TreeSet<>();
    for (MetadataRecord.PartitionChanged changed : changes) {
      led.merge(changed.partition().leader(), 1, Integer::sum);
      topics.add(changed.id());
    }
    List<String> leaders = new ArrayList<>();
    led.forEach((broker, count) ->
        leaders.add(
            broker == PartitionImage.NO_LEADER
                ? count + " without a leader"
                : count + " led by broker " + broker));
    String of = topics.size() == 1 ? "topic " + name(topics.getFirst()) : topics.size() + " topics";
    return "leaders or in-sync replicas of %s of %s changed: now %s; --topic T shows each"
        .formatted(partitions(changes.size()), of, String.join(", ", leaders));
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
      case MetadataRecord.UncleanLeaderElected elected -> wanted.test(elected.id());
      case MetadataRecord.BrokerRegistered _,
          MetadataRecord.BrokerFenced _,
          MetadataRecord.BrokerUnfenced _,
          MetadataRecord.BrokerStopBegun _,
          MetadataRecord.BrokerDrainChanged _,
          MetadataRecord.BrokerRemoved _,
          MetadataRecord.VotersNoted _,
          MetadataRecord.ProducerIdsAllocated _ ->
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
      case MetadataRecord.UncleanLeaderElected(TopicId id, int partition, int leader, int epoch) ->
          "broker %s was made the leader of %s-%s uncleanly, epoch %s: what was acknowledged and it does not have is lost"
              .formatted(leader, name(id), partition, epoch);
      case MetadataRecord.BrokerRegistered(BrokerImage broker) ->
          "broker %s registered at %s:%s, fenced until it is ready"
              .formatted(broker.id(), broker.host(), broker.port());
      case MetadataRecord.BrokerFenced(int id, long _) -> "broker %s fenced".formatted(id);
      case MetadataRecord.BrokerUnfenced(int id, long _, long _) ->
          "broker %s unfenced".formatted(id);
      case MetadataRecord.BrokerStopBegun(int id, long _) ->
          "broker %s began a controlled shutdown".formatted(id);
      case MetadataRecord.BrokerDrainChanged(int id, long _, boolean draining) ->
          (draining
                  ? "broker %s is drained: it gets no new replicas"
                  : "broker %s gets new replicas again")
              .formatted(id);
      case MetadataRecord.BrokerRemoved(int id) -> "broker %s decommissioned".formatted(id);
      case MetadataRecord.VotersNoted noted -> VoterSentences.of(noted);
      case MetadataRecord.ProducerIdsAllocated(long next) ->
          "producer ids up to %s were given to a broker".formatted(next - 1);
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
    if (now.hasLastKnownLeader()) {
      text.append(", last known leader ").append(now.lastKnownLeader());
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

  private static String count(int count, String one) {
    return count == 1 ? "1 " + one : count + " " + one + "s";
  }

  private static String partitions(int count) {
    return count(count, "partition");
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
